/** The time, as a thing handed in: what is said of it (“2 minutes ago”) is said anew as it passes. */
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';

/** How often what depends on the time is looked at again. */
const TICK_MS = 30_000;

const Now = createContext(0);

/** Whatever is inside knows the time. @param now milliseconds since 1970. */
export function Clock({ now, children }: { readonly now: () => number; readonly children: ReactNode }) {
  const [time, setTime] = useState(now);
  useEffect(() => {
    const timer = setInterval(() => setTime(now()), TICK_MS);
    return () => clearInterval(timer);
  }, [now]);
  return <Now value={time}>{children}</Now>;
}

/** The time, in milliseconds since 1970. */
export function useNow(): number {
  return useContext(Now);
}
