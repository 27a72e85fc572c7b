/** What single items are sent as. Their values are judged by the pipeline, as everybody's are. */
import { builder } from './builder.ts';

/** An input that carries only what was given. */
type Fields = Parameters<Parameters<typeof builder.inputType>[1]['fields']>[0];

const USER_ID = "The customer's own id of the person. Placeholders are refused.";
const ANONYMOUS_ID = 'The id a widget or SDK made for a browser.';
const VISITOR_ID = 'With a secret key: `vis_…`, `user:<userId>` or `anon:<anonymousId>`.';

function common(t: Fields) {
  return {
    messageId: t.string({ description: 'Made by the sender; the same id sent twice is stored once.' }),
    timestamp: t.field({ type: 'DateTime', description: "When it happened, by the sender's clock." }),
    sentAt: t.field({ type: 'DateTime', description: "The sender's clock at this sending attempt." }),
    sessionId: t.string({ description: "The client's id of the visit." }),
    ...proof(t),
    context: t.field({
      type: 'JSONObject',
      description: 'The surroundings: timezone, referrer; with a secret key also userAgent, ip, country, city.',
    }),
  };
}

function proof(t: Fields) {
  return {
    userHash: t.string({
      description: 'With a publishable key: HMAC-SHA256 of the userId in hex, which proves it.',
    }),
    token: t.string({ description: 'Instead of userHash: a JWT (HS256) with the userId as `sub`.' }),
  };
}

function who(t: Fields) {
  return {
    userId: t.string({ description: USER_ID }),
    anonymousId: t.string({ description: ANONYMOUS_ID }),
    visitorId: t.string({ description: VISITOR_ID }),
  };
}

/** Says who somebody is. */
export const identifyInput = builder.inputType('IdentifyVisitorInput', {
  description: 'Says who somebody is, links the anonymousId to them, and sets traits.',
  fields: (t) => ({
    userId: t.string({ required: true, description: USER_ID }),
    anonymousId: t.string({ description: ANONYMOUS_ID }),
    traits: t.field({ type: 'JSONObject', description: 'What is known of the person, per key; null removes.' }),
    ...common(t),
  }),
});

/** Something a visitor did. */
export const trackInput = builder.inputType('TrackEventInput', {
  description: 'Something a visitor did.',
  fields: (t) => ({
    ...who(t),
    name: t.string({ required: true, description: 'What happened, e.g. purchase_completed.' }),
    properties: t.field({ type: 'JSONObject', description: 'Facts of this one event.' }),
    ...common(t),
  }),
});

/** A page a visitor saw. */
export const pageInput = builder.inputType('TrackPageViewInput', {
  description: 'A page a visitor saw.',
  fields: (t) => ({
    ...who(t),
    url: t.string({ required: true, description: 'http(s), or a path that starts with `/`.' }),
    page: t.string({ description: 'A name for it, shown instead of the address.' }),
    title: t.string({ description: 'Of the document.' }),
    referrer: t.string({ description: 'http(s), or empty.' }),
    ...common(t),
  }),
});

/** Whom a visitor token is for. */
export const visitorTokenInput = builder.inputType('IssueVisitorTokenInput', {
  description: 'Whom a visitor token is for.',
  fields: (t) => ({
    anonymousId: t.string({
      required: true,
      description: 'Made of random bits: a UUID, at least 32 hex digits, or at least 22 base64url characters.',
    }),
    userId: t.string({ description: 'With its proof the token opens everything of the person.' }),
    ...proof(t),
  }),
});
