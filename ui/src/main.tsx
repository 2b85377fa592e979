/** Where the pages begin. */
import "@fontsource-variable/inter";
import "@fontsource-variable/jetbrains-mono";
import "@/style/tokens.css";
import "@/style/base.css";
import "@/style/frame.css";
import "@/style/parts.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { queries } from "@/api/queries";
import { applyTheme } from "@/hooks/usePreference";
import { router } from "@/router";

applyTheme();
const place = document.getElementById("root");
if (!place) throw new Error("The page has no place for the interface.");
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
