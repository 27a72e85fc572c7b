/** When a Segment message happened, in which visit, and where: whatever SDKs write for it. */
import { describe, expect, it } from 'vitest';
import type { SegmentEnvelope } from '../../src/normalise/segment.ts';
import { isSegmentLibrary } from '../../src/normalise/segment-common.ts';
import { RECEIVED_AT } from '../support/normalising.ts';
import { code, stored } from './judged.ts';

const iso = (ms: number) => new Date(ms).toISOString();

describe('the time of a message', () => {
  const at = (fields: Record<string, unknown>, envelope?: SegmentEnvelope) =>
    iso(stored('track', { type: 'track', userId: 'u', event: 'e', ...fields }, envelope).timestamp);
  const hour = 3_600_000;
  const [now, anHourAgo, twoHoursAgo] = [iso(RECEIVED_AT), iso(RECEIVED_AT - hour), iso(RECEIVED_AT - 2 * hour)];

  it('is the timestamp of a sender whose clock is right', () => {
    expect(at({ timestamp: anHourAgo, sentAt: now })).toBe(anHourAgo);
    expect(at({ timestamp: anHourAgo })).toBe(anHourAgo);
  });

  it('is corrected by what the clock of the sender is off', () => {
    expect(at({ timestamp: twoHoursAgo, sentAt: anHourAgo })).toBe(anHourAgo);
  });

  it('is not corrected a second time: the original counts, together with sentAt', () => {
    expect(at({ originalTimestamp: twoHoursAgo, sentAt: anHourAgo, timestamp: anHourAgo })).toBe(anHourAgo);
    expect(at({ originalTimestamp: twoHoursAgo, timestamp: anHourAgo })).toBe(anHourAgo);
    expect(at({ originalTimestamp: twoHoursAgo })).toBe(twoHoursAgo);
  });

  it('is left alone when another server took the message before us', () => {
    const passedOn = { timestamp: twoHoursAgo, originalTimestamp: iso(RECEIVED_AT - 3 * hour), sentAt: twoHoursAgo };
    expect(at({ ...passedOn, receivedAt: anHourAgo }, { sentAt: anHourAgo })).toBe(twoHoursAgo);
  });

  it("is corrected by the batch's sentAt when the message has none", () => {
    expect(at({ timestamp: twoHoursAgo }, { sentAt: anHourAgo })).toBe(anHourAgo);
    expect(at({ timestamp: twoHoursAgo, sentAt: now }, { sentAt: anHourAgo })).toBe(twoHoursAgo);
  });

  it('is refused when it is none', () => {
    expect(code({ type: 'track', userId: 'u', event: 'e', timestamp: 1718452800 })).toBe('bad_timestamp');
  });
});

describe('the surroundings of a message', () => {
  const item = (context: unknown, envelope?: SegmentEnvelope) =>
    stored('track', { type: 'track', userId: 'u', event: 'e', context }, envelope);

  it('are read from its context', () => {
    const userAgent = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0.0.0 Safari/537.36';
    const location = { city: 'London', country: 'GB' };
    expect(item({ userAgent, timezone: 'Europe/London', location, ip: '' }).surroundings).toMatchObject({
      browser: { name: 'Chrome' },
      os: { name: 'Windows' },
      location: { city: 'London', country: 'GB', timezone: 'Europe/London' },
    });
  });

  it('lose no message when they are unusable', () => {
    for (const context of [[], 'text', 7, { page: [], location: 'here', timezone: {} }]) {
      expect(item(context).surroundings).toEqual({});
    }
  });

  it("are the batch's where the message has none", () => {
    const envelope = { context: { timezone: 'Europe/Paris', location: { country: 'FR' } } };
    expect(item({ timezone: 'Europe/London' }, envelope).surroundings.location).toEqual({
      timezone: 'Europe/London',
      country: 'FR',
    });
  });

  it.each([
    ['of the message', { sessionId: 's-1' }, 's-1'],
    ['of the context', { context: { sessionId: 1718452800000 } }, '1718452800000'],
    ['of a plugin', { integrations: { 'Actions Amplitude': { session_id: 1718452800000 } } }, '1718452800000'],
    ['that a plugin has not begun', { integrations: { 'Actions Amplitude': { session_id: -1 } } }, undefined],
    ['that is none', { sessionId: { id: 1 }, integrations: { 'Actions Amplitude': true } }, undefined],
  ])('have the session %s', (_where, fields, sessionId) => {
    expect(stored('track', { type: 'track', userId: 'u', event: 'e', ...fields }).sessionId).toBe(sessionId);
  });

  it.each([
    ['analytics-node-next/latest', true],
    ['analytics-go (version: 3.0.0)', true],
    ['AnalyticsSwift/1.5', true],
    ['Mozilla/5.0 (X11; Linux x86_64) analytics-browser', false],
    [undefined, false],
  ])('are not those of the library %s', (userAgent, isLibrary) => {
    expect(isSegmentLibrary(userAgent)).toBe(isLibrary);
  });
});
