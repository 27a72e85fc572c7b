/** Times: which texts are one, and when an item happened by our clock. */
import { describe, expect, it } from 'vitest';
import { EARLIEST_TIMESTAMP_MS, MAX_AHEAD_MS, SKEW_TOLERANCE_MS } from '../../src/limits.ts';
import { itemTime, parseTime } from '../../src/normalise/item-time.ts';
import { RECEIVED_AT, refused, track } from '../support/normalising.ts';

const iso = (ms: number) => new Date(ms).toISOString();

describe('a time', () => {
  it.each([
    ['2024-01-15T10:00:00Z', '2024-01-15T10:00:00.000Z'],
    ['2024-01-15t10:00:00z', '2024-01-15T10:00:00.000Z'],
    ['2024-01-15T10:00:00.5Z', '2024-01-15T10:00:00.500Z'],
    ['2024-01-15T10:00:00.123456789Z', '2024-01-15T10:00:00.123Z'],
    ['2024-01-15T10:00:00.9999Z', '2024-01-15T10:00:00.999Z'],
    ['2024-01-15T10:00:00+05:30', '2024-01-15T04:30:00.000Z'],
    ['2024-01-15T10:00:00-08:00', '2024-01-15T18:00:00.000Z'],
    ['2024-01-15T23:30:00-00:45', '2024-01-16T00:15:00.000Z'],
    ['2024-01-15T10:00:00-00:00', '2024-01-15T10:00:00.000Z'],
    ['2024-01-01', '2024-01-01T00:00:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['2000-02-29', '2000-02-29T00:00:00.000Z'],
    ['1969-12-31T23:59:59.999Z', '1969-12-31T23:59:59.999Z'],
    ['0001-01-01', '0001-01-01T00:00:00.000Z'],
    ['0099-12-31T23:59:59Z', '0099-12-31T23:59:59.000Z'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59.000Z'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
    ['2017-01-01T00:59:60+01:00', '2017-01-01T00:00:00.000Z'],
  ])('%s is %s', (text, expected) => {
    expect(iso(parseTime(text) ?? Number.NaN)).toBe(expected);
  });

  it.each([
    '',
    'yesterday',
    '2024',
    '2024-01',
    '20240115',
    '2024-1-5',
    '2024-00-10',
    '2024-13-01',
    '2024-01-00',
    '2024-01-32',
    '2024-02-30',
    '2023-02-29',
    '1900-02-29',
    '2024-04-31',
    '2024-01-15T10:00:00',
    '2024-01-15 10:00:00Z',
    '2024-01-15T10:00Z',
    '2024-01-15T24:00:00Z',
    '2024-01-15T10:60:00Z',
    '2024-01-15T10:00:61Z',
    '2024-01-15T10:00:60Z',
    '2024-01-15T23:59:60Z',
    '2024-01-15T10:00:00+24:00',
    '2024-01-15T10:00:00+05:60',
    '2024-01-15T10:00:00+0530',
    '2024-01-15T10:00:00.Z',
    ' 2024-01-15',
    '2024-01-15\n',
    '+2024-01-15',
    '１２３４-01-15',
    '1705312800000',
    'Mon, 15 Jan 2024 10:00:00 GMT',
  ])('is not %j', (text) => {
    expect(parseTime(text)).toBeNull();
  });
});

describe('an item happened', () => {
  const at = (timestamp?: unknown, sentAt?: unknown, batchSentAt?: unknown) =>
    itemTime({ timestamp, sentAt, batchSentAt, receivedAt: RECEIVED_AT });

  it('when it arrived, if nothing says otherwise', () => {
    expect(at()).toBe(RECEIVED_AT);
    expect(at(null, null, null)).toBe(RECEIVED_AT);
  });

  it('when it was sent, if it has no timestamp', () => {
    expect(at(undefined, iso(RECEIVED_AT - 5000))).toBe(RECEIVED_AT - 5000);
  });

  it('by the clock of the sender while that is at most a minute off', () => {
    const timestamp = iso(RECEIVED_AT - 500_000);
    expect(at(timestamp, iso(RECEIVED_AT - SKEW_TOLERANCE_MS))).toBe(RECEIVED_AT - 500_000);
    expect(at(timestamp, iso(RECEIVED_AT - SKEW_TOLERANCE_MS - 1))).toBe(RECEIVED_AT - 500_000 + SKEW_TOLERANCE_MS + 1);
    expect(at(timestamp, iso(RECEIVED_AT + SKEW_TOLERANCE_MS))).toBe(RECEIVED_AT - 500_000);
    expect(at(timestamp, iso(RECEIVED_AT + SKEW_TOLERANCE_MS + 1))).toBe(RECEIVED_AT - 500_000 - SKEW_TOLERANCE_MS - 1);
  });

  it('by its own sentAt rather than the one of the batch', () => {
    const hourAhead = iso(RECEIVED_AT + 3_600_000);
    expect(at(hourAhead, hourAhead, iso(RECEIVED_AT))).toBe(RECEIVED_AT);
    expect(at(iso(RECEIVED_AT - 1000), iso(RECEIVED_AT), hourAhead)).toBe(RECEIVED_AT - 1000);
    expect(at(iso(RECEIVED_AT), undefined, hourAhead)).toBe(RECEIVED_AT - 3_600_000);
  });

  it('when it arrived, if it was sent without a timestamp by a clock that is off', () => {
    expect(at(undefined, '1970-01-01')).toBe(RECEIVED_AT);
    expect(at(undefined, '2099-01-01')).toBe(RECEIVED_AT);
  });

  it('never later than it arrived', () => {
    expect(at(iso(RECEIVED_AT + 1))).toBe(RECEIVED_AT);
    expect(at(undefined, iso(RECEIVED_AT + SKEW_TOLERANCE_MS))).toBe(RECEIVED_AT);
  });

  it('at most a day ahead before that', () => {
    expect(at(iso(RECEIVED_AT + MAX_AHEAD_MS))).toBe(RECEIVED_AT);
    expect(refused(track({ timestamp: iso(RECEIVED_AT + MAX_AHEAD_MS + 1) }))).toMatchObject({
      status: 'rejected',
      code: 'bad_timestamp',
      pointer: '/timestamp',
    });
  });

  it('not before 2000', () => {
    expect(at(iso(EARLIEST_TIMESTAMP_MS))).toBe(EARLIEST_TIMESTAMP_MS);
    expect(refused(track({ timestamp: iso(EARLIEST_TIMESTAMP_MS - 1) }))).toMatchObject({
      code: 'bad_timestamp',
      pointer: '/timestamp',
    });
  });

  it('within those bounds after correction, not before it', () => {
    const epoch = '1970-01-01T00:00:00Z';
    expect(at('1970-01-01T00:00:01Z', '1970-01-01T00:00:05Z')).toBe(RECEIVED_AT - 4000);
    expect(refused(track({ timestamp: epoch, sentAt: iso(RECEIVED_AT) })).code).toBe('bad_timestamp');
  });
});

describe('a malformed time is refused where it stands', () => {
  it.each([
    [track({ timestamp: 'soon' }), '/timestamp'],
    [track({ timestamp: 1705312800000 }), '/timestamp'],
    [track({ timestamp: '' }), '/timestamp'],
    [track({ sentAt: '2024-02-30' }), '/sentAt'],
    [track({ timestamp: '2024-01-15', sentAt: {} }), '/sentAt'],
  ])('%j', (item, pointer) => {
    expect(refused(item)).toMatchObject({ status: 'rejected', code: 'bad_timestamp', pointer });
  });

  it('in the batch too', () => {
    expect(refused(track(), { sentAt: 'soon' })).toMatchObject({ code: 'bad_timestamp', pointer: '/sentAt' });
  });
});
