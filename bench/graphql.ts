/** GraphQL beside REST, on the same server and rows: an event, a profile, and twenty visitors with what hangs on them. */
import { type Contestant, contest, type Outcome } from './contest.ts';
import { costTable } from './cost-table.ts';
import type { Target, Traffic } from './measure.ts';
import { KEYS, readTraffic, trackTraffic } from './ours.ts';
import { heading } from './table.ts';
import { CONNECTIONS, type Run, warmUp } from './w1.ts';
import { visitorName } from './workload.ts';

const PATH = '/graphql';
const READ_CONNECTIONS = 16;
/** Different ones asked for. */
const READS = 1000;

const TRACK = 'mutation Track($input: TrackEventInput!) { trackEvent(input: $input) { messageId visitorId status } }';
/** What REST answers of a visitor. */
const PROFILE = `query Profile($id: ID!) { visitor(id: $id) {
  id userId name email phone avatarUrl attributes location { city country timezone } browser { name version }
  os { name version } device firstSeenAt lastSeenAt conversationCount sessionCount known identified verified displayName
  createdAt firstContactAt lastMessageAt messageCount eventCount tags repeat online currentPage
  currentSession { id startedAt duration } mergedFrom
} }`;
const NESTED = `query Nested($after: String) { visitors(first: 20, after: $after) { nodes {
  id displayName company { id name } events(first: 5) { nodes { id name timestamp } }
  sessions(first: 3) { nodes { id startedAt duration } }
} } }`;

/** Each kind of request in REST and GraphQL, in turns. */
export async function runGraphQL(run: Run): Promise<void> {
  const { settings, ours } = run;
  const { visitors } = settings;
  await compare(run, 'an event', CONNECTIONS, [
    { name: 'REST', target: ours, traffic: trackTraffic(visitors) },
    { name: 'GraphQL', target: ours, traffic: graphqlEvents(visitors) },
  ]);
  const ids = Array.from({ length: READS }, (_, i) => `user:${visitorName(i % visitors)}`);
  const reading: Target = { ...ours, name: 'our reads' };
  await checkAnswer(ours, bodyOf(PROFILE, { id: ids[0] }));
  await compare(run, 'a profile', READ_CONNECTIONS, [
    { name: 'REST', target: reading, traffic: readTraffic(ids.map((id) => `/visitors/${id}`)) },
    { name: 'GraphQL', target: reading, traffic: graphqlReads(ids.map((id) => bodyOf(PROFILE, { id }))) },
  ]);
  await checkAnswer(ours, bodyOf(NESTED, {}));
  await compare(run, 'twenty visitors', READ_CONNECTIONS, [
    { name: 'REST, visitors alone', target: reading, traffic: readTraffic(['/visitors?limit=20']) },
    { name: 'GraphQL, with all that hangs on them', target: reading, traffic: graphqlReads([bodyOf(NESTED, {})]) },
  ]);
}

async function compare(run: Run, what: string, connections: number, contestants: Contestant[]): Promise<void> {
  const { settings, meter } = run;
  await warmUp(run, contestants);
  const amount = { rounds: settings.variantRounds, connections, seconds: settings.variantSeconds };
  const outcomes = await contest(meter, contestants, amount);
  heading(`GraphQL beside REST: ${what}, ${connections} connections`);
  costTable(outcomes, outcomes[0] as Outcome);
}

function graphqlEvents(visitors: number): Traffic {
  const document = `{"query":${JSON.stringify(TRACK)},"variables":{"input":`;
  const traffic = trackTraffic(visitors, { document });
  return { ...traffic, path: PATH };
}

function graphqlReads(bodies: readonly string[]): Traffic {
  const workload = { kind: 'reads', paths: [], bodies } as const;
  return { path: PATH, headers: { 'x-api-key': KEYS.secret }, browsers: false, workload };
}

function bodyOf(query: string, variables: object): string {
  return JSON.stringify({ query, variables });
}

/** GraphQL answers refusals with 200, so a reading is looked at once. */
async function checkAnswer({ child }: Target, body: string): Promise<void> {
  const headers = { 'x-api-key': KEYS.secret, 'content-type': 'application/json' };
  const response = await fetch(`http://127.0.0.1:${child.port}${PATH}`, { method: 'POST', headers, body });
  const { errors } = (await response.json()) as { errors?: unknown };
  if (errors) throw new Error(`A reading was refused: ${JSON.stringify(errors)}`);
}
