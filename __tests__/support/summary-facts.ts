import type { FailedFacts, FailureFacts, SummaryFacts } from '../../src/report/facts.ts'

const digestOf = (character: string) => `sha256:${character.repeat(64)}`
const HOST = '123456789012.dkr.ecr.ap-northeast-2.amazonaws.com'
const URI = `${HOST}/team/demo-service`

/** The facts of a changed image for one platform, with changes. */
export function summaryFacts(change: Partial<SummaryFacts> = {}): SummaryFacts {
  return {
    state: 'done',
    name: 'team/demo-service',
    deed: { kind: 'build' },
    outcome: 'pushed',
    heldBack: null,
    places: [
      {
        uri: URI,
        tags: ['v1.4.0', 'latest'],
        put: ['v1.4.0', 'latest'],
        created: false,
        uris: [`${URI}:v1.4.0`, `${URI}:latest`],
        console: {
          type: 'private',
          partition: 'aws',
          region: 'ap-northeast-2',
          registryId: '123456789012',
          name: 'team/demo-service',
        },
      },
    ],
    localUris: [],
    inEngine: null,
    leftImage: true,
    digest: digestOf('a'),
    isIndex: false,
    imageId: digestOf('1'),
    artifactType: null,
    sizeInBytes: 41_201_000,
    sizes: [
      {
        platform: 'linux/amd64',
        digest: digestOf('a'),
        bytes: 41_201_000,
        layers: [
          { digest: digestOf('b'), bytes: 1_200_000, madeBy: 'RUN npm ci' },
          { digest: digestOf('c'), bytes: 40_000_000, madeBy: null },
        ],
        before: { bytes: 40_001_000, layers: [{ digest: digestOf('c'), bytes: 40_000_000, madeBy: null }] },
      },
    ],
    compared: { tag: 'latest', digest: digestOf('9') },
    gone: [],
    engine: 'Docker 28.1.1, buildx 0.23.0',
    phases: [
      { name: 'preparation', from: 0, to: 2 },
      { name: 'build and push', from: 2, to: 44.5 },
      { name: 'tags and read-back', from: 44.5, to: 46 },
    ],
    steps: [
      { name: '[internal] load build definition from Dockerfile', cached: false, from: 2, to: 2.1 },
      { name: '[build 2/4] COPY package.json .', cached: true, from: 3, to: 3 },
      { name: '[build 3/4] RUN npm ci', cached: false, from: 3, to: 30 },
      { name: '[build 4/4] COPY . .', cached: false, from: 30, to: 31.5 },
      { name: 'exporting to image', cached: false, from: 31.5, to: 44 },
    ],
    totalSeconds: 46.2,
    failure: null,
    checks: [],
    verifyCommands: [],
    ...change,
  }
}

/** An error of one part, with changes. */
export function failure({
  message = 'ECR refuses it.',
  remedy = 'ask for it.',
  ...change
}: Partial<FailureFacts & FailureFacts['parts'][number]> = {}): FailureFacts {
  return { parts: [{ message, remedy }], cancelled: false, build: null, ...change }
}

/** The facts of a build that failed, with changes. */
export function failedFacts(change: Partial<FailedFacts> = {}): FailedFacts {
  return {
    state: 'failed',
    name: 'team/demo-service',
    failure: failure({
      message: 'The build failed.',
      remedy: 'correct what that command complains of.',
      build: {
        doing: 'The build',
        step: '[build 3/4] RUN npm ci',
        reason: 'the command ended with exit code 1',
        lines: ['npm error code EUSAGE', 'npm error The lock file is not there'],
        excerpt: {
          file: 'Dockerfile',
          endLine: 3,
          lines: [
            { number: 2, text: 'COPY package.json .', failed: false },
            { number: 3, text: 'RUN npm ci', failed: true },
            { number: 4, text: 'COPY . .', failed: false },
          ],
        },
      },
    }),
    left: null,
    totalSeconds: 12.3,
    ...change,
  }
}

/**
 * Markdown without its fenced blocks and code spans, read as CommonMark reads them: the first line of enough backticks
 * ends a block, and the next run of as many backticks a span.
 */
export function outsideOfCode(markdown: string): string {
  let ticks: string | null = null
  return markdown
    .split('\n')
    .filter((line) => {
      const run = /^ {0,3}(`{3,})([^`]*)$/.exec(line)
      const [, found = '', info = ''] = run ?? []
      if (ticks === null) {
        if (run === null) return true
        ticks = found
      } else if (found.length >= ticks.length && info.trim() === '') ticks = null
      return false
    })
    .join('\n')
    .replace(/(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, '')
}

/** A failed build that says the same text everywhere. */
export function failedBuild(text: string): NonNullable<FailureFacts['build']> {
  const excerpt = { file: text, endLine: 1, lines: [{ number: 1, text, failed: true }] }
  return { doing: 'The build', step: text, reason: text, lines: [text], excerpt }
}
