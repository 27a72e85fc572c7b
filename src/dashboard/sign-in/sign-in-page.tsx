/** Signing in: with a secret key, or with the one-time link printed at the server's start. */
import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { Form } from 'react-aria-components';
import { useTitle } from '../app/title.ts';
import { sessionQuery } from '../data/queries.ts';
import { signIn } from '../data/session.ts';
import { Field } from './field.tsx';
import { useSignInCode } from './sign-in-code.ts';
import { type Fault, faultOf } from './sign-in-fault.ts';

const route = getRouteApi('/sign-in');
const ICON = new URL('../icon.svg', import.meta.url).href;
/** Longest name of an agent. */
const MAX_NAME = 100;

/** The page. */
export function SignInPage() {
  useTitle('Sign in');
  const { from } = route.useSearch();
  const router = useRouter();
  const queryClient = useQueryClient();
  const { code, forget } = useSignInCode();
  const [key, setKey] = useState('');
  const [name, setName] = useState('');
  const [fault, setFault] = useState<Fault | null>(null);
  const [isBusy, setBusy] = useState(false);

  const submit = async () => {
    if (code === null && key.trim() === '')
      return setFault({ field: 'key', text: 'Paste a secret key: it begins with sk_.' });
    if (name.trim() === '')
      return setFault({ field: 'name', text: 'Enter the name your visitors and colleagues see.' });
    setBusy(true);
    setFault(null);
    try {
      const session = await signIn(code === null ? { key: key.trim() } : { code }, name.trim());
      queryClient.clear();
      queryClient.setQueryData(sessionQuery().queryKey, session);
      router.history.replace(`/dashboard${from ?? '/visitors'}`);
    } catch (thrown) {
      const found = faultOf(thrown);
      if (found.endsCode) forget();
      setFault(found);
    }
    setBusy(false);
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (!isBusy) void submit();
  };
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center bg-base-200 px-4 py-10">
      <div className="panel w-full max-w-sm p-6 shadow-sm sm:p-8">
        <img src={ICON} alt="" width="36" height="36" />
        <h1 className="mt-4 text-xl font-semibold tracking-tight">Sign in to Support</h1>
        <p className="mt-1 text-muted">
          {code === null
            ? 'With a secret key of your workspace.'
            : 'Your sign-in link is ready. How shall we call you?'}
        </p>
        <Form
          key={code === null ? 'key' : 'link'}
          className="mt-6 space-y-4"
          validationBehavior="aria"
          onSubmit={onSubmit}
        >
          {code === null && (
            <Field
              label="Secret key"
              type="password"
              autoComplete="off"
              placeholder="sk_…"
              value={key}
              onChange={setKey}
              error={fault?.field === 'key' ? fault.text : undefined}
              autoFocus
            />
          )}
          <Field
            label="Your name"
            autoComplete="name"
            maxLength={MAX_NAME}
            value={name}
            onChange={setName}
            description="Shown beside what you do."
            error={fault?.field === 'name' ? fault.text : undefined}
            autoFocus={code !== null}
          />
          {fault && fault.field === null && (
            <p role="alert" className="foreign rounded-field border border-error/50 p-3 text-error">
              {fault.text}
            </p>
          )}
          <button type="submit" className="btn btn-primary w-full" aria-disabled={isBusy}>
            {isBusy ? 'Signing in …' : 'Sign in'}
          </button>
        </Form>
        <p className="mt-6 text-xs text-muted">
          The server prints a secret key and a one-time sign-in link at its first start. The key is used once and not
          kept in this browser.
        </p>
      </div>
    </main>
  );
}
