import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// The base is relative: the server writes into the page where it stands, so one build serves any base path.
export default defineConfig({
  base: "./",
  plugins: [react()],
  resolve: { alias: { "@": new URL("./src", import.meta.url).pathname } },
  build: {
    outDir: process.env.UI_OUT ?? "../src/prefect/server/ui/static",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { proxy: { "/api": { target: "http://127.0.0.1:4200", ws: true } } },
  test: { environment: "happy-dom", setupFiles: ["test/setup.ts"], include: ["test/**/*.test.{ts,tsx}"] },
});
