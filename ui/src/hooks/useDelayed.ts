/** A value some time after it stopped changing: what is typed is not asked for letter by letter. */
import { useEffect, useState } from "react";

export function useDelayed<T>(value: T, milliseconds = 250): T {
  const [late, setLate] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setLate(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return late;
}
