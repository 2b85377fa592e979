/** What is told of work pools, under the names that their parts use. */
import type { components } from "@/api/schema.gen";
import type { Full } from "@/api/client";

export type WorkQueue = Full<components["schemas"]["WorkQueue"]>;
export type Worker = Full<components["schemas"]["Worker"]>;
export type Occupation = Full<components["schemas"]["Occupation"]>;
export type QueueWait = Full<components["schemas"]["QueueWait"]>;
