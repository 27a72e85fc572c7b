/** What every service gets first: who calls, and the doors to the outside. */
import type { KeyObject } from 'node:crypto';
import type { Clock } from './clock.ts';
import type { News } from './contract/live.ts';
import type { RetentionKind } from './contract/retention.ts';
import { Forbidden } from './errors.ts';
import type { IdMaker, KeyId, Uuid } from './ids.ts';
import type { Bus } from './infra/bus.ts';
import type { Database } from './infra/database.ts';

/** What a secret key may be allowed to do (docs: "Keys and scopes"). */
export const SCOPES = [
  'visitors:read',
  'visitors:write',
  'events:read',
  'segments:read',
  'segments:write',
  'conversations:read',
  'conversations:write',
  'privacy:write',
  'admin',
] as const;

export type Scope = (typeof SCOPES)[number];

/** Who did something, as it is recorded beside what they did. */
export interface By {
  readonly keyId: KeyId;
  readonly name: string;
}

/** How a workspace wants a userId proven that comes with a publishable key (docs/identity-verification.md). */
export interface IdentityRule {
  readonly mode: 'off' | 'warn' | 'enforce';
  /** In force, or were when the key was looked up: `endsAt` decides. */
  readonly secrets: readonly IdentitySecret[];
}

/** What proofs are made with. */
export interface IdentitySecret {
  /** Holds the secret so that neither a log nor JSON shows it. */
  readonly key: KeyObject;
  /** Milliseconds since 1970 from which on it proves nothing; infinite for the newest one. */
  readonly endsAt: number;
}

/** Days for which a workspace keeps what is ingested, by kind; what is not named is kept for ever. */
export type RetentionRule = Readonly<Partial<Record<RetentionKind, number>>>;

/** The visitor who calls, as a visitor token says. */
export interface CallingVisitor {
  readonly anonymousId: string;
  /** Only when it was proven. */
  readonly userId?: string | undefined;
  /** Of the token: milliseconds since 1970. */
  readonly expiresAt: number;
}

/** A caller whose key was checked. The key decides the workspace, never the input. */
export interface Caller {
  readonly workspaceId: Uuid;
  /** HMAC key of the workspace, for message ids and identifiers. */
  readonly hashKey: Uint8Array;
  readonly kind: 'publishable' | 'secret';
  readonly by: By;
  /** Of an agent who is signed in to the dashboard; absent of a key that is used by itself. */
  readonly agentName?: string | undefined;
  readonly scopes: ReadonlySet<Scope>;
  /** Absent: nothing is checked. Secret keys need no proof whatever it says. */
  readonly identity?: IdentityRule | undefined;
  /** Absent: everything is kept for ever. */
  readonly retention?: RetentionRule | undefined;
  /** Absent without a visitor token. */
  readonly visitor?: CallingVisitor | undefined;
  /** Of the request; empty for secret keys, which speak for others. */
  readonly userAgent?: string | undefined;
  readonly ip?: string | undefined;
}

/** Carries on what was begun and takes longer than its caller waits. */
export interface Carrier {
  /** Resolves when it is done, or when the caller has waited long enough; then it goes on by itself. Never rejects. */
  carryOn(begun: { readonly workspaceId: Uuid; readonly id: Uuid }): Promise<void>;
}

/** What every service gets first. */
export interface Context {
  readonly caller: Caller;
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: IdMaker;
  /** Where it is told what was committed, by workspace. */
  readonly bus: Bus<News>;
  /** What carries deletions on. */
  readonly erasures: Carrier;
}

/**
 * The first line of every service.
 *
 * @throws {Forbidden} when the caller's key lacks the scope; publishable keys have none.
 */
export function requireScope(caller: Caller, scope: Scope): void {
  if (!caller.scopes.has(scope)) throw new Forbidden(`This key lacks the scope ${scope}.`);
}

/**
 * The same where visitors have a way in of their own: whoever shows a visitor token needs no scope, and is let to what
 * is the visitor's.
 *
 * @throws {Forbidden}
 */
export function requireScopeOrVisitor(caller: Caller, scope: Scope): void {
  if (caller.visitor || caller.scopes.has(scope)) return;
  throw new Forbidden(`Send a visitor token, or a key with the scope ${scope}.`);
}

/**
 * The same where visitors have no business: a visitor token beside a key makes its caller the visitor.
 *
 * @throws {Forbidden}
 */
export function requireAgent(caller: Caller, scope: Scope): void {
  requireScope(caller, scope);
  if (caller.visitor) throw new Forbidden('This is for agents; leave the visitor token out.');
}

/** Publishable keys can be read by everybody, so what they send is answered with ids and a status. */
export function isToldIdsOnly(caller: Caller): boolean {
  return caller.kind === 'publishable';
}
