import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { Reader } from '../../../src/inputs/reader.ts'
import { asksForScan, NO_SCAN_RULES, readScan } from '../../../src/inputs/scan.ts'
import type { Problem } from '../../../src/shared/errors.ts'

let base: string
let workspace: string
let temporary: string

beforeEach(() => {
  base = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'scan-')))
  workspace = path.join(base, 'workspace')
  temporary = path.join(base, 'temp')
  for (const folder of [workspace, temporary]) mkdirSync(folder)
})

afterEach(() => rmSync(base, { recursive: true, force: true }))

function read(given: Record<string, string>, dockerfile: string | null = null) {
  const found: Problem[] = []
  const source = {
    get: (name: string) => given[name] ?? '',
    env: { RUNNER_TEMP: temporary },
    cwd: workspace,
  }
  const inputs = readScan(new Reader(source, found), 'private', dockerfile)
  return { ...inputs, problems: found.map(({ input, value, message }) => `${input} '${value}' ${message}`) }
}

const GATE = { 'fail-on-severity': 'high' }
const ignored = (text: string) => read({ ...GATE, 'scan-ignore': text })

describe('what asks for the gate', () => {
  test.each<[Record<string, string>, boolean]>([
    [{}, false],
    [{ 'fail-on-severity': 'low' }, true],
    [{ 'scan-min-score': '0' }, true],
    [{ 'scan-only-fixable': 'true' }, true],
    [{ 'scan-only-fixable': 'false' }, false],
  ])('%j: %s', (given, asks) => {
    const inputs = read(given)
    expect([asksForScan(inputs), inputs.isAsked, inputs.problems]).toEqual([asks, asks, []])
  })

  test('without any, there are no rules', () => {
    expect(read({}).scan).toEqual(NO_SCAN_RULES)
  })

  test.each<[string, string, string]>([
    ['scan-ignore', 'CVE-2026-1 a reason\nCVE-2026-2 another', 'CVE-2026-1 a reason'],
    ['scan-baseline', 'previous', 'previous'],
    ['scan-report', 'scan.sarif', 'scan.sarif'],
  ])('%s needs one of them', (name, value, told) => {
    expect(read({ [name]: value }).problems).toEqual([
      `${name} '${told}' needs fail-on-severity, scan-min-score or scan-only-fixable; without one of them no scan is waited for`,
    ])
    expect(read({ [name]: value, 'scan-min-score': '7' }).problems).toEqual([])
  })

  test('ECR Public has none', () => {
    const found: Problem[] = []
    const given: Record<string, string> = { 'scan-min-score': '7', 'scan-only-fixable': 'true' }
    readScan(new Reader({ get: (name) => given[name] ?? '', env: {}, cwd: workspace }, found), 'public', null)
    expect(found.map(({ input, message }) => `${input} ${message}`)).toEqual([
      'scan-min-score needs a private registry; ECR Public scans nothing',
      'scan-only-fixable needs a private registry; ECR Public scans nothing',
    ])
  })
})

describe('scan-min-score', () => {
  test.each([
    ['0', 0],
    ['7', 7],
    ['7.5', 7.5],
    ['10', 10],
    ['10.0', 10],
  ])('%s', (given, score) => {
    expect(read({ 'scan-min-score': given })).toMatchObject({ scan: { minScore: score }, problems: [] })
  })

  test.each(['-1', '10.1', '11', '7.55', '7,5', 'high', '1e1', '.5', '07', 'NaN'])('%s is none', (given) => {
    expect(read({ 'scan-min-score': given }).problems).toEqual([
      `scan-min-score '${given}' must be a CVSS score, a number from 0 to 10 with at most one digit behind the point`,
    ])
  })
})

describe('scan-ignore, an item a line', () => {
  const none = { package: null, until: null }
  test.each<[string, object[]]>([
    ['CVE-2026-1 not reachable', [{ name: 'CVE-2026-1', ...none, reason: 'not reachable', place: 'line 1' }]],
    ['CVE-2026-1\t \tnot   reachable ', [{ ...none, reason: 'not   reachable' }]],
    ['CVE-2026-1 package=lib* no', [{ package: 'lib*', until: null, reason: 'no' }]],
    ['CVE-2026-1 until=2026-12-31 no', [{ package: null, until: '2026-12-31', reason: 'no' }]],
    ['CVE-2026-1 package=a until=2028-02-29 no', [{ package: 'a', until: '2028-02-29', reason: 'no' }]],
    ['CVE-2026-1 until=2026-12-31 package=a no', [{ package: 'a', until: '2026-12-31', reason: 'no' }]],
    ...[
      'yes, by a = b',
      'https://example.com/a?b=2020-01-01',
      'note: not reachable',
      'x',
      '7',
      'waits until 2026-12-31',
      'unexpected: never called',
    ].map((reason): [string, object[]] => [`A ${reason}`, [{ ...none, reason }]]),
    ['"A  spaced, as a whole"', [{ name: 'A', ...none, reason: 'spaced, as a whole' }]],
    ['A ünïcode ✓', [{ reason: 'ünïcode ✓' }]],
    [
      '# why\n\nA one\r\n  B two\n#C three\nD four',
      [
        { name: 'A', reason: 'one', place: 'line 3' },
        { name: 'B', reason: 'two', place: 'line 4' },
        { name: 'D', reason: 'four', place: 'line 6' },
      ],
    ],
  ])('%j', (given, expected) => {
    const { scan, problems } = ignored(given)
    expect(problems).toEqual([])
    expect(scan.ignore).toHaveLength(expected.length)
    expect(scan.ignore).toMatchObject(expected)
  })

  const UNTIL = 'until= must be followed by a day, YYYY-MM-DD, the last one on which it is ignored, in UTC'
  test.each<[string, string[]]>([
    [
      'A one\nCVE-2026-1',
      ["scan-ignore 'CVE-2026-1' line 2: has no reason; write after it why it is ignored"],
    ],
    [
      'A one\nB package=x',
      ["scan-ignore 'B package=x' line 2: has no reason; write after it why it is ignored"],
    ],
    [
      'CVE-* all',
      ["scan-ignore 'CVE-* all' line 1: has * in its name, which is written letter by letter, as ECR has it"],
    ],
    [
      'CVE-1\u200B why',
      ["scan-ignore 'CVE-1\u200B why' line 1: has a character in its name that is not seen"],
    ],
    ['A,B one', ["scan-ignore 'A,B one' line 1: has a comma in its name; one item a line, never by commas"]],
    ...[
      '2026-02-30',
      '2026-13-01',
      '2027-02-29',
      '26-01-01',
      '2026-1-1',
      'tomorrow',
      '',
      '2026-01-01T00:00:00Z',
    ].map((day): [string, string[]] => [
      `A until=${day} one`,
      [`scan-ignore 'A until=${day} one' line 1: ${UNTIL}`],
    ]),
    [
      'A until=2026-01-01 until=2027-01-01 x',
      ["scan-ignore 'A until=2026-01-01 until=2027-01-01 x' line 1: has until= twice"],
    ],
    [
      'A package= x',
      [
        "scan-ignore 'A package= x' line 1: package= must be followed by the name of a package, with * and ?, of at most 256 characters",
      ],
    ],
    ...(
      [
        ['pkg=x why', 'pkg=x'],
        ['Package=x why', 'Package=x'],
        ['UNTIL=2020-01-01 why', 'UNTIL=2020-01-01'],
        ['expires=x why', 'expires=x'],
        ['owner=me why', 'owner=me'],
        ['owner= me why', 'owner='],
        ['owner:me why', 'owner:me'],
        ['exp:2022-12-31', 'exp:2022-12-31'],
        ['package_name=openssl waits', 'package_name=openssl'],
        ['expires_on=2020-01-01 r', 'expires_on=2020-01-01'],
        ['pkg2=zlib r', 'pkg2=zlib'],
        ['not reachable until=2020-01-01', 'until=2020-01-01'],
        ['not reachable package=zlib', 'package=zlib'],
        ['not reachable, exp:2020-01-01', 'exp:2020-01-01'],
        ['until: 2020-01-01 x', 'until: 2020-01-01'],
        ['until:2020-01-01 x', 'until:2020-01-01'],
        ['until 2020-01-01', 'until 2020-01-01'],
        ['until =2020-01-01 r', 'until =2020-01-01'],
        ['package = openssl waits', 'package = openssl'],
        ['# until=2020-01-01', '# until=2020-01-01'],
        ['"until=2020-01-01" x', '"until=2020-01-01"'],
        ['package=zlib why until = 2020-01-01', 'until = 2020-01-01'],
      ] as const
    ).map(([text, attribute]): [string, string[]] => [
      `A ${text}`,
      [
        `scan-ignore 'A ${text}' line 1: '${attribute}' in its reason reads as an attribute; these are package= and until=, written so, without blanks, and before the reason, as a mistyped one would let the item ignore more than it says`,
      ],
    ]),
    ...['.', '-', '# …'].map((text): [string, string[]] => [
      `A ${text}`,
      [`scan-ignore 'A ${text}' line 1: has no reason; write after it why it is ignored`],
    ]),
    [
      'A package="lib ssl" x',
      [`scan-ignore 'A package="lib ssl" x' line 1: the value of package= is written without quotes`],
    ],
    ['"A one', [expect.stringContaining(`scan-ignore '"A one' begins with a quote`) as unknown as string]],
  ])('%j is refused', (given, expected) => {
    expect(ignored(given).problems).toEqual(expected)
  })

  test('of many mistakes, some are told and all are counted', () => {
    const { problems } = ignored(Array.from({ length: 5000 }, (_, at) => `CVE-${at}`).join('\n'))
    expect(problems).toHaveLength(21)
    expect(problems.at(-1)).toBe("scan-ignore '' has 4980 more such lines")
  })
})

describe('scan-ignore, a file', () => {
  const write = (name: string, text: string) => writeFileSync(path.join(workspace, name), text)

  test('of the workspace', () => {
    write('.scan-ignore', '\uFEFF# accepted\nCVE-2026-1 package=zlib* not reachable\r\n')
    for (const given of [
      '.scan-ignore',
      './.scan-ignore',
      path.join(workspace, '.scan-ignore'),
      ' .scan-ignore \n',
    ]) {
      const { scan, problems } = ignored(given)
      expect(problems).toEqual([])
      expect(scan.ignore).toMatchObject([{ name: 'CVE-2026-1', package: 'zlib*', reason: 'not reachable' }])
      expect(scan.ignore[0]?.place).toBe(`${given.trim()}, line 2`)
    }
  })

  test('an empty one ignores nothing', () => {
    write('empty', '# nothing yet\n')
    expect(ignored('empty')).toMatchObject({ scan: { ignore: [] }, problems: [] })
  })

  test('a mistake in it has its line', () => {
    write('list', 'A one\n\nB\n')
    expect(ignored('list').problems).toEqual([
      "scan-ignore 'B' list, line 3: has no reason; write after it why it is ignored",
    ])
  })

  test('of two items without blanks, neither is a file', () => {
    write('list', 'A one\n')
    expect(ignored('list\nlist').problems).toHaveLength(2)
  })

  test.each<[string, string]>([
    ['missing', 'there is no such file'],
    ['../secret', 'must be inside of the workspace'],
    ['link', 'must be inside of the workspace'],
    ['folder', 'this is a folder'],
    ['large', 'it has over 4 MiB'],
  ])('%s: %s', (name, why) => {
    writeFileSync(path.join(base, 'secret'), 'A one\n')
    symlinkSync(path.join(base, 'secret'), path.join(workspace, 'link'))
    mkdirSync(path.join(workspace, 'folder'))
    write('large', `A ${'x'.repeat(5 << 20)}`)
    expect(ignored(name).problems).toEqual([expect.stringContaining(why)])
  })

  test('of UTF-16 is none, as the item of a file whose name has a blank is', () => {
    for (const encoded of [
      Buffer.from('\uFEFFCVE-1 why\n', 'utf16le'),
      Buffer.from('CVE-1 why\n', 'utf16le'),
    ]) {
      writeFileSync(path.join(workspace, 'list'), encoded)
      expect(ignored('list').problems).toEqual([expect.stringMatching(/: it is not text in UTF-8$/)])
    }
    writeFileSync(path.join(workspace, 'my list.txt'), 'CVE-1 why\n')
    expect(ignored('my list.txt').problems).toEqual([
      "scan-ignore 'my list.txt' is an item, as it has a blank, and a file is called so too: give the file a name without blanks",
    ])
    expect(ignored(`A ${'why '.repeat(2000)}`).problems).toEqual([])
  })

  test('what is neither a file nor an item says both', () => {
    expect(ignored('CVE-2026-1').problems[0]).toMatch(
      /^scan-ignore 'CVE-2026-1' is neither an item, NAME .* whose reason is missing, nor the path of a file in the workspace: there is no such file$/,
    )
  })
})

describe('scan-report', () => {
  const report = (given: string, dockerfile: string | null = null) => {
    const { scan, problems } = read({ ...GATE, 'scan-report': given }, dockerfile)
    return { report: scan.report, problems }
  }

  test('is a file of the workspace or of RUNNER_TEMP, whether or not it is there', () => {
    for (const [given, file, within] of [
      ['scan.sarif', path.join(workspace, 'scan.sarif'), workspace],
      ['a/b/scan.sarif', path.join(workspace, 'a/b/scan.sarif'), workspace],
      ['a/../scan.sarif', path.join(workspace, 'scan.sarif'), workspace],
      [path.join(temporary, 'x/scan.sarif'), path.join(temporary, 'x/scan.sarif'), temporary],
    ] as const) {
      expect(report(given)).toEqual({ report: { file, within, dockerfile: null }, problems: [] })
    }
    writeFileSync(path.join(workspace, 'old.sarif'), '{}')
    expect(report('old.sarif').problems).toEqual([])
  })

  test('has the Dockerfile’s path as git has it, if it is in the workspace', () => {
    mkdirSync(path.join(workspace, 'app'))
    const dockerfile = path.join(workspace, 'app', 'Dockerfile')
    writeFileSync(dockerfile, 'FROM scratch\n')
    expect(report('scan.sarif', dockerfile).report?.dockerfile).toBe('app/Dockerfile')
    expect(report('scan.sarif', path.join(base, 'Dockerfile')).report?.dockerfile).toBeNull()
    // A submodule is a part of the repository that is checked out.
    writeFileSync(path.join(workspace, 'app', '.git'), 'gitdir: ../.git/modules/app\n')
    expect(report('scan.sarif', dockerfile).report?.dockerfile).toBe('app/Dockerfile')
    rmSync(path.join(workspace, 'app', '.git'))
    // With `path: app` of actions/checkout.
    mkdirSync(path.join(workspace, 'app', '.git'))
    expect(report('scan.sarif', dockerfile).report?.dockerfile).toBe('Dockerfile')
    rmSync(path.join(workspace, 'app', '.git'), { recursive: true })
    writeFileSync(path.join(base, 'Dockerfile'), 'FROM scratch\n')
    expect(report('scan.sarif', path.join(base, 'Dockerfile')).report?.dockerfile).toBeNull()
  })

  test.each<[string, string]>([
    ['../scan.sarif', 'must be a path in the workspace ('],
    ['/etc/scan.sarif', 'must be a path in the workspace ('],
    ['out/scan.sarif', 'must be a path in the workspace ('],
    ['dangling', 'must be a path in the workspace ('],
    ['dangling/scan.sarif', 'must be a path in the workspace ('],
    ['folder', 'must be the path of a file, and is another thing'],
    ['folder/', 'must be the path of a file, and ends as a folder does'],
    ['x'.repeat(201), 'must have a name of at most 200 bytes'],
    ['file/x.sarif', 'must be in a folder, and '],
    ['file/deep/x.sarif', 'must be in a folder, and '],
    ['taken.sarif', 'taken.findings.json beside it, and this is another thing'],
    ['a\0b', 'without control characters'],
    ['a\nb', 'without control characters'],
  ])('%s: %s', (given, why) => {
    mkdirSync(path.join(base, 'elsewhere'))
    mkdirSync(path.join(workspace, 'folder'))
    writeFileSync(path.join(workspace, 'file'), '')
    mkdirSync(path.join(workspace, 'taken.findings.json'))
    symlinkSync(path.join(base, 'elsewhere'), path.join(workspace, 'out'))
    symlinkSync(path.join(base, 'nowhere'), path.join(workspace, 'dangling'))
    expect(report(given).problems).toEqual([expect.stringContaining(why)])
  })

  test('replaces neither the Dockerfile nor the list', () => {
    for (const name of ['Dockerfile', 'list']) writeFileSync(path.join(workspace, name), '')
    symlinkSync(path.join(workspace, 'Dockerfile'), path.join(workspace, 'link'))
    const dockerfile = path.join(workspace, 'Dockerfile')
    for (const name of ['Dockerfile', './Dockerfile', 'link'])
      expect(report(name, dockerfile).problems).toEqual([
        expect.stringContaining('must not be the Dockerfile'),
      ])
    expect(read({ ...GATE, 'scan-ignore': './list', 'scan-report': 'list' }).problems).toEqual([
      expect.stringContaining('must not be the file of scan-ignore'),
    ])
  })

  test.each(['list', '"list"', '  # items are there\n\n  ./list\r\n', '"./list" '])(
    'is not the list, however that is written: %j',
    (list) => {
      writeFileSync(path.join(workspace, 'list'), '')
      expect(read({ ...GATE, 'scan-ignore': list, 'scan-report': 'list' }).problems).toEqual([
        expect.stringContaining('must not be the file of scan-ignore'),
      ])
      expect(read({ ...GATE, 'scan-ignore': list, 'scan-report': 'list.sarif' }).problems).toEqual([])
    },
  )

  test('the findings beside it replace nothing either, and neither file replaces the SBOM', () => {
    for (const name of ['a.findings.json', 'sbom.json']) writeFileSync(path.join(workspace, name), '')
    const file = path.join(workspace, 'a.findings.json')
    expect(report('a.sarif', file).problems).toEqual([
      `scan-report 'a.sarif' has ${file} beside it, which is the Dockerfile, and the report would replace it`,
    ])
    for (const other of ['scan-ignore', 'sbom-file'])
      expect(read({ ...GATE, [other]: 'a.findings.json', 'scan-report': 'a.sarif' }).problems).toEqual([
        expect.stringContaining(`beside it, which is the file of ${other}, and`),
      ])
    expect(read({ ...GATE, 'sbom-file': './sbom.json', 'scan-report': 'sbom.json' }).problems).toEqual([
      expect.stringContaining('must not be the file of sbom-file'),
    ])
  })

  test.each(['.git/config', 'sub/.git/x.sarif', 'linked/x.sarif'])('%s is never git’s own', (given) => {
    mkdirSync(path.join(workspace, '.git'))
    symlinkSync(path.join(workspace, '.git'), path.join(workspace, 'linked'))
    expect(report(given).problems).toEqual([expect.stringContaining('must not be in .git')])
  })

  test('is never where the runner reads commands', () => {
    mkdirSync(path.join(temporary, '_runner_file_commands'))
    symlinkSync(path.join(temporary, '_runner_file_commands'), path.join(temporary, 'innocent'))
    for (const folder of ['_runner_file_commands', 'innocent']) {
      expect(report(path.join(temporary, folder, 'set_env_x')).problems).toEqual([
        expect.stringContaining('must not be in _runner_file_commands'),
      ])
    }
  })
})

test('scan-baseline is previous or nothing', () => {
  expect(read({ ...GATE, 'scan-baseline': 'previous' })).toMatchObject({
    scan: { baseline: 'previous' },
    problems: [],
  })
  expect(read({ ...GATE, 'scan-baseline': 'main' }).problems).toEqual([
    "scan-baseline 'main' must be previous",
  ])
})
