import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import { parseFile } from '../../dev/runner.ts'
import { run } from '../../src/actions/build-push/run.ts'
import { readInputs } from '../../src/inputs/index.ts'
import { readEventContext } from '../../src/metadata/index.ts'
import { annotate, failStep, runnerWorld } from '../../src/runner/runner.ts'
import { ActionError } from '../../src/shared/errors.ts'
import { Flow } from '../support/flow.ts'
import { commandLines, FUZZ_TIMEOUT, hold, hostileText, prototypes, recordOf } from '../support/fuzz.ts'

const folder = mkdtempSync(path.join(os.tmpdir(), 'fuzz-run-'))
const outputFile = path.join(folder, 'output')
const summaryFile = path.join(folder, 'summary')
writeFileSync(path.join(folder, 'Dockerfile'), 'FROM scratch\n')
afterAll(() => rmSync(folder, { recursive: true }))

let raw = ''
const former = { ...process.env }
beforeEach(() => {
  raw = ''
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    raw += String(text)
    return true
  })
  Object.assign(process.env, { GITHUB_OUTPUT: outputFile, GITHUB_STEP_SUMMARY: summaryFile })
})
afterEach(() => {
  jest.restoreAllMocks()
  process.env = { ...former }
  process.exitCode = undefined
})

/** The toolkit's own commands; whatever stands in them is escaped. */
const OURS = /^::(?:error|warning|notice|debug|add-mask)(?: [^:\r\n]*)?::/

const event = fc.record({
  ref: fc
    .tuple(fc.constantFrom('refs/heads/', 'refs/tags/v', 'refs/pull/'), hostileText)
    .map(([kind, name]) => (kind + name).replaceAll('\0', '')),
  name: fc.constantFrom('push', 'pull_request', 'pull_request_target', 'schedule', 'release'),
  payload: recordOf({
    repository: recordOf({
      name: hostileText,
      description: hostileText,
      default_branch: hostileText,
      html_url: hostileText,
    }),
    pull_request: recordOf({ head: recordOf({ sha: hostileText }), base: recordOf({ ref: hostileText }) }),
    head_commit: recordOf({ id: hostileText, message: hostileText, timestamp: hostileText }),
  }),
})
const given = fc.record({
  tags: fc.constantFrom(
    '',
    'type=ref,event=branch',
    'type=raw,value=x-{{branch}}',
    'type=semver,pattern={{version}}',
    'v1',
  ),
  flavor: fc.constantFrom('', 'suffix=-{{base_ref}}', 'latest=true'),
  labels: fc.constantFrom('', 'a={{branch}}', '__proto__={{{tag}}}', '"a=b\n::error::x"'),
  'if-image-exists': fc.constantFrom('push', 'skip', 'fail'),
  target: fc.oneof(
    { weight: 4, arbitrary: fc.constant('') },
    hostileText.map((text) => text.replaceAll('\0', '')),
  ),
})
/** What a proxy or an ECR gone bad says where it is asked. */
const fault = fc.option(
  fc.tuple(fc.constantFrom('api', 'registry'), fc.constantFrom(400, 403, 404), hostileText),
  {
    freq: 2,
  },
)

test(
  'whatever the event is and whoever answers, a run writes no command but its own, and outputs that are read as they are',
  async () => {
    const before = prototypes()
    await hold(fc.tuple(given, event, fault), 60, async ([inputs, { ref, name, payload }, bad]) => {
      raw = ''
      for (const file of [outputFile, summaryFile]) writeFileSync(file, '')
      const flow = new Flow()
      if (bad !== null) {
        const [side, status, text] = bad
        const body = side === 'api' ? JSON.stringify({ __type: text, message: text }) : text
        flow.service.faults.order({
          match: { side: side as 'api' },
          times: 3,
          effect: { kind: 'status', status, body },
        })
      }
      const env = { GITHUB_REF: ref, GITHUB_EVENT_NAME: name, GITHUB_SHA: 'c0ffee'.repeat(7).slice(0, 40) }
      const sets: Record<string, string> = {}
      try {
        const values: Record<string, string> = {
          repository: 'app',
          'aws-region': flow.caller.region,
          ...inputs,
        }
        const read = readInputs({ get: (input) => values[input] ?? '', env, cwd: folder })
        const { log, notice, warn, setOutputs, summarize } = runnerWorld()
        await flow.within((world) =>
          run(read, {
            ...world,
            ...{ log, notice, warn, summarize },
            setOutputs: (some) => {
              Object.assign(sets, some)
              setOutputs(some)
            },
            github: { event: async () => readEventContext(env, payload, new Date()), lookups: {} },
          }),
        )
      } catch (error) {
        if (!(error instanceof ActionError)) throw error
        failStep(error)
      }
      annotate('warning', ref, { file: ref, line: 1, endLine: 1 })
      for (const line of commandLines(raw)) expect(line).toMatch(OURS)
      const outputs = parseFile(readFileSync(outputFile, 'utf8'))
      expect(Object.keys(outputs).sort()).toEqual(Object.keys(sets).sort())
      for (const [key, value] of Object.entries(sets))
        expect(outputs[key]).toBe(value.toWellFormed().replaceAll('\r\n', '\n'))
      if (sets['json'] !== undefined) expect(typeof JSON.parse(sets['json'])).toBe('object')
    })
    expect(prototypes()).toBe(before)
  },
  FUZZ_TIMEOUT,
)
