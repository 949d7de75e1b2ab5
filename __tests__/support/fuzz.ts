import { appendFileSync } from 'node:fs'
import fc from 'fast-check'

/** What dev/soak.ts sets: how many times the runs of each property, and the seed. `npm test` has an eighth of them. */
const { FUZZ_TIMES, FUZZ_SEED, FUZZ_REPORT } = process.env
const TIMES = Number(FUZZ_TIMES ?? 0.125)

/** No parser needs so long for one case, of at most some 50,000 characters; in seconds of the processor, not of the clock. */
const LONGEST_SECONDS = 2

/** The time that jest gives a test of properties. */
export const FUZZ_TIMEOUT = 180_000 * Math.max(1, TIMES)

/**
 * Holds a property for many values. Where it does not hold, the error names the value and the seed:
 * `npm run soak -- fuzz SEED` gives the same values again.
 * @param runs an eighth of which `npm test` makes, and the soak several times as many
 * @param check throws where the property does not hold
 */
export async function hold<T>(
  values: fc.Arbitrary<T>,
  runs: number,
  check: (value: T) => void | Promise<void>,
): Promise<void> {
  let cases = 0
  const property = fc.asyncProperty(values, async (value) => {
    cases++
    const before = process.cpuUsage()
    await check(value)
    const { user } = process.cpuUsage(before)
    if (user > LONGEST_SECONDS * 1e6) throw new Error(`it took ${user / 1e6} s`)
  })
  const seed = FUZZ_SEED === undefined ? {} : { seed: Number(FUZZ_SEED) }
  await fc.assert(property, { numRuns: Math.ceil(runs * TIMES), ...seed })
  if (FUZZ_REPORT !== undefined) appendFileSync(FUZZ_REPORT, `${cases}\n`)
}

/** What means something to some reader on the way: the runner, docker, a shell, Markdown, JSON, an address. */
const PIECES = [
  ...['\n', '\r', '\r\n', '\t', ' ', '\u0085', '\u2028', '\u001b[2J', '\u202e', '\ufeff', '\ud800', '\0'],
  ...[
    '::',
    '::add-mask::a',
    '\n::error::x',
    '\r::set-output name=a::b',
    '##[',
    '##[add-mask]a',
    '%0A',
    '%25',
  ],
  ...['\n##[error]x', ' ::stop-commands::x', '::group::', 'ghadelimiter_', 'EOF', '<<', 'a=b\nc=d'],
  ...['--push', '-', '--', '-f', '=', ',', '"', "'", '""', ';', '$(id)', '`id`', '&&', '|', '>', '*', '~'],
  ...['<script>', '](https://evil.example)', '![x](', '**', '__', '_', '&', '&#10;', '|---|', '#', '<!--'],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype', 'null', 'NaN', '1e999', '-1'],
  ...['../', '..', '/', '\\', '/etc/passwd', '.', 'sha256:', '@', ':', 'https://', 'git@', '?', '#x', '{{'],
  ...[
    '}}',
    '{{{',
    '{{defaultContext}}',
    "{{date '",
    '[',
    ']',
    '{',
    '}',
    '(',
    ')',
    '(a+)+$',
    'type=',
    'a',
    '0',
  ],
  ...[
    'true',
    'v1.2.3',
    'KEY=',
    'id=',
    'arn:aws:',
    'key: value',
    'ERROR: ',
    '------',
    ' > x:',
    '#1 0.1 ',
    'Step 1/2 : ',
  ],
] as const

const piece = fc.constantFrom(...PIECES)
const long = fc
  .tuple(fc.array(piece, { minLength: 1, maxLength: 3 }), fc.integer({ min: 100, max: 20_000 }), piece)
  .map(([parts, times, end]) => parts.join('').repeat(times).slice(0, 50_000) + end)

/**
 * Any character. fast-check's own unit 'binary' is the same, and makes a table of all of them first, which costs each
 * file of tests a second and a half.
 */
export const anyCharacter: fc.Arbitrary<string> = fc
  .oneof(fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff }))
  .map((code) => String.fromCodePoint(code))

const short = fc.oneof(
  { weight: 6, arbitrary: fc.array(piece, { maxLength: 8 }).map((parts) => parts.join('')) },
  { weight: 3, arbitrary: fc.string({ unit: anyCharacter, maxLength: 60 }) },
  { weight: 3, arbitrary: fc.string({ maxLength: 40 }) },
)

/** Text that anybody may have written. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 12, arbitrary: short },
  { weight: 1, arbitrary: long },
)

/** The same with few long ones, where one of them takes as long as hundreds of others. */
export const mostlyShortText: fc.Arbitrary<string> = fc.oneof(
  { weight: 59, arbitrary: short },
  { weight: 1, arbitrary: long },
)

/** Lines, some of which a builder prints. */
export const builderOutput: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      hostileText,
      fc.constantFrom(
        ...[
          'Dockerfile:2',
          '-'.repeat(20),
          '   2 | >>> RUN false',
          '------',
          ' > [1/2] RUN x:',
          '#1 [1/2] RUN x',
        ],
        ...[
          '#1 0.1 said',
          '#2 importing cache manifest from x',
          '#2 ERROR: no',
          'WARNING: A - https://b',
          'Driver: x',
        ],
        ...['Step 1/2 : RUN x', 'ERROR: failed to solve: x', `v1: digest: sha256:${'a'.repeat(64)} size: 1`],
        ...[
          'target stage ',
          'not authorized to perform: ecr:A on resource: arn:x',
          'with an explicit deny in a ',
        ],
      ),
    ),
    { maxLength: 30 },
  )
  .map((lines) => lines.join('\n'))

const inherited = fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length')
const hostileKey = fc.oneof(inherited, piece, fc.string({ maxLength: 8 }))

/** JSON that anybody may have written, with names that every object inherits. */
export const hostileJson: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'json' },
    fc.oneof(hostileText, fc.double(), fc.integer(), fc.boolean(), fc.constant(null)),
    fc.array(tie('value'), { maxLength: 4, depthIdentifier: 'json' }),
    // As JSON.parse makes them: __proto__ is a name like any other.
    fc
      .array(fc.tuple(hostileKey, tie('value')), { maxLength: 4, depthIdentifier: 'json' })
      .map((entries) => Object.fromEntries(entries)),
  ),
})).value

/** A record of the given members, each of which may be missing, hostile, or as it should be. */
export function recordOf(members: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<unknown> {
  const either = Object.entries(members).map(
    ([name, good]) => [name, fc.oneof({ weight: 4, arbitrary: good }, hostileJson)] as const,
  )
  return fc.record(Object.fromEntries(either), { requiredKeys: [] })
}

/**
 * The lines of a log in which GitHub's runner would look for a command.
 * https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */
export function commandLines(raw: string): string[] {
  return raw.split(/\r\n|\r|\n/).filter((line) => /^[\s\u0085]*::/.test(line) || line.includes('##['))
}

/** What changes where a prototype was polluted. */
export function prototypes(): string {
  return [Object.prototype, Array.prototype, Function.prototype, String.prototype]
    .map((one) => Object.getOwnPropertyNames(one).join())
    .join('\n')
}
