/** Asking and acting: what pages know of the server, kept fresh by its events. */
import { keepPreviousData, QueryClient, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type Asked, type PathOf, type Reply, send } from "@/api/client";
import { ApiError } from "@/api/errors";
import { useFreshness } from "@/api/live";
import { toast } from "@/util/toasts";

type Reading = "GET" | "POST";

export interface AskOptions<T> {
  /** Ask only if this is so. */
  when?: boolean;
  /** Ask again after so many seconds; by default with the server's events, and now and then. */
  every?: number | false | ((known: T | undefined) => number | false);
  /** Show what was known of the earlier question until the new one is answered. */
  keep?: boolean;
  /** Not asked again for each event, but only every so many seconds: for what costs the server something. */
  calm?: boolean;
}

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 1_000,
      retry: (count, error) =>
        error instanceof ApiError && error.status > 0 && error.status < 500 ? false : count < 2,
    },
  },
});

/** Read something; asked again when it may have changed. */
export function useAsk<M extends Reading, P extends PathOf<M>>(
  method: M,
  path: P,
  asked: Asked<M, P> = {},
  options: AskOptions<Reply<M, P>> = {},
) {
  const usual = useFreshness();
  const every = options.every ?? usual;
  return useQuery<Reply<M, P>>({
    queryKey: [path, asked],
    queryFn: ({ signal }) => send(method, path, asked, signal),
    enabled: options.when ?? true,
    refetchInterval: (query) => {
      const seconds = typeof every === "function" ? every(query.state.data as Reply<M, P> | undefined) : every;
      return seconds === false ? false : seconds * 1000;
    },
    ...(options.calm ? { meta: { calm: true } } : {}),
    ...(options.keep ? { placeholderData: keepPreviousData } : {}),
    ...(options.calm ? { meta: { calm: true } } : {}),
  });
}

/** Change something: says what was done, or why not, and has everything that may have changed read again. */
export function useAct<V>(act: (value: V) => Promise<unknown>, done?: string | ((value: V) => string)) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: (_, value) => {
      const text = typeof done === "function" ? done(value) : done;
      if (text) toast({ kind: "good", text });
    },
    onError: (error) => toast({ kind: "bad", text: error.message }),
    onSettled: () => client.invalidateQueries(),
  });
}
