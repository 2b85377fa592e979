/** The nouns of the API, under the names that pages use. */
import type { Full } from "@/api/client";
import type { components } from "@/api/schema.gen";

type Schemas = components["schemas"];
export type FlowRun = Full<Schemas["FlowRun"]>;
export type TaskRun = Full<Schemas["UITaskRun"]>;
export type State = Full<Schemas["State_Any_-Output"]>;
export type StateType = Schemas["StateType"];
export type Flow = Full<Schemas["Flow"]>;
export type Deployment = Full<Schemas["DeploymentResponse"]>;
export type DeploymentSchedule = Full<Schemas["DeploymentSchedule"]>;
export type WorkPool = Full<Schemas["WorkPool"]>;
export type Log = Full<Schemas["Log"]>;
export type Artifact = Full<Schemas["Artifact"]>;
export type ReceivedEvent = Full<Schemas["ReceivedEvent"]>;
export type Variable = Full<Schemas["Variable"]>;
export type BlockDocument = Full<Schemas["BlockDocument"]>;
export type Automation = Full<Schemas["Automation"]>;
export type Timeline = Full<Schemas["RunTimeline"]>;
export type FlowRunFilter = Schemas["FlowRunFilter"];
export type FlowRunSort = Schemas["FlowRunSort"];
export type EventFilter = Schemas["EventFilter"];
