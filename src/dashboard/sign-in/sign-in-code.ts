/** The code of a one-time link, `#code=…`: read once, and gone from the address at once. */
import { useLocation } from '@tanstack/react-router';
import { useEffect, useState } from 'react';

/** The code of the address, or null; `forget` when it turned out to be of no use. */
export function useSignInCode(): { readonly code: string | null; forget(): void } {
  const [code, setCode] = useState<string | null>(null);
  const hash = useLocation({ select: (location) => location.hash });
  useEffect(() => {
    const found = new URLSearchParams(hash).get('code');
    if (!found) return;
    setCode(found);
    history.replaceState(history.state, '', location.pathname + location.search);
  }, [hash]);
  return { code, forget: () => setCode(null) };
}
