/** What has been told of the task runs of a flow run; later news are taken into the same columns. */

export interface Columns {
  ids: string[];
  names: string[];
  state_types: (string | null)[];
  state_names: (string | null)[];
  starts: (number | null)[];
  ends: (number | null)[];
  expected: (number | null)[];
  subflow_run_ids: (string | null)[];
  /** Which task each is a run of: a place in `task_keys`. */
  tasks: number[];
  task_keys: string[];
  cursor: string | null;
}

const REPLACED = ["names", "state_types", "state_names", "starts", "ends", "expected", "subflow_run_ids"] as const;

/** The columns of a run, which grow. Each answer is a new object around the same lists: a page sees that it is news. */
export class Told<T extends Columns> {
  private places: Map<string, number> | null = null;
  private tasks: Map<string, number> | null = null;
  columns: T;

  constructor(columns: T) {
    this.columns = columns;
  }

  /** Take later news in: what is there is replaced, what is new is added. */
  take(news: T): T {
    if (!news.ids.length) return this.columns;
    const { columns } = this;
    const places = (this.places ??= new Map(columns.ids.map((id, place) => [id, place])));
    const tasks = (this.tasks ??= new Map(columns.task_keys.map((key, place) => [key, place])));
    const known = news.task_keys.map((key) => {
      const place = tasks.get(key) ?? tasks.size;
      tasks.set(key, place);
      columns.task_keys[place] = key;
      return place;
    });
    news.ids.forEach((id, from) => {
      const place = places.get(id) ?? places.size;
      places.set(id, place);
      columns.ids[place] = id;
      columns.tasks[place] = known[news.tasks[from] ?? 0] ?? 0;
      for (const name of REPLACED) (columns[name] as unknown[])[place] = news[name][from];
    });
    this.columns = { ...columns, cursor: news.cursor ?? columns.cursor };
    return this.columns;
  }
}
