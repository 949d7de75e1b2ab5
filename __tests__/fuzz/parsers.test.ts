import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseFile } from '../../dev/runner.ts'
import { explainStsError } from '../../src/aws/sts-errors.ts'
import { isRemote } from '../../src/docker/syntax/context.ts'
import { parseDockerfile } from '../../src/docker/syntax/dockerfile.ts'
import { explainEcrError } from '../../src/ecr/errors/explain.ts'
import { samePolicy } from '../../src/ecr/settings/differences.ts'
import { slug } from '../../src/inputs/cache.ts'
import { Reader } from '../../src/inputs/reader.ts'
import { roleFor } from '../../src/inputs/role.ts'
import { dateProblem, formatDate } from '../../src/metadata/dates.ts'
import { describeImage, MetadataError, readEventContext } from '../../src/metadata/index.ts'
import { contentOf } from '../../src/oci/content.ts'
import { blobsOf, DIGEST } from '../../src/oci/types.ts'
import { statusError } from '../../src/registry/errors.ts'
import { explainRegistryError } from '../../src/registry/explain.ts'
import { code, escapeMarkdown, fence } from '../../src/report/escaping.ts'
import type { SummaryFacts } from '../../src/report/facts.ts'
import { metadataOutputs } from '../../src/report/outputs.ts'
import { renderSummary } from '../../src/report/summary.ts'
import { attribute, joinCsv, splitCsv } from '../../src/shared/csv.ts'
import { ActionError, explain } from '../../src/shared/errors.ts'
import { commandValue, logLine } from '../../src/shared/log-line.ts'
import {
  builderOutput,
  commandLines,
  FUZZ_TIMEOUT,
  hold,
  hostileJson,
  hostileText,
  mostlyShortText,
  prototypes,
  recordOf,
} from '../support/fuzz.ts'

import { failedBuild, failedFacts, failure, outsideOfCode, summaryFacts } from '../support/summary-facts.ts'

const before = prototypes()
test(
  'a log line has no command in it, and no line break',
  async () => {
    await hold(hostileText, 3000, (text) => {
      const line = logLine(text)
      expect(commandLines(line)).toEqual([])
      expect(line).not.toMatch(/[\p{Cc}\u2028\u2029]/u)
      const value = commandValue(text)
      expect(value).not.toMatch(/[\r\n]/)
      expect(value.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%')).toBe(text)
    })
  },
  FUZZ_TIMEOUT,
)

test(
  'the summary shows text and renders none of it',
  async () => {
    await hold(hostileText, 2000, (text) => {
      const escaped = escapeMarkdown(text)
      const shown = escaped.replaceAll('<!-- -->', '')
      expect(escaped.replaceAll('<!-- -->', '\0')).not.toMatch(/:\/\/|www\.|[^\0]@/i)
      // What stands for an entity parts what is around it, as the entity does.
      expect(shown.replace(/&#\d+;/g, 'x')).not.toMatch(/[<>&|`*~[\]()!$\\#"'\r\n]/i)
      const back = shown.replace(/&#(\d+);/g, (_, number) => String.fromCharCode(Number(number)))
      const unseen = /[\u00AD\u061C\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF]/g
      expect(back).toBe(text.replace(/\p{Cc}/gu, ' ').replace(unseen, '\uFFFD'))
      expect(code(text)).toBe(`<code>${escaped}</code>`)
      // A block ends where it should, and no line of it is anything else.
      const [first = '', ...rest] = fence(text).split('\n')
      const ticks = /^(`{3,})text$/.exec(first)?.[1] as string
      expect(rest.pop()).toBe(ticks)
      expect(rest.filter((line) => line.includes(ticks))).toEqual([])
    })
    const hostile = (text: string) => {
      const place = summaryFacts().places[0] as SummaryFacts['places'][number]
      const steps = [{ name: `[${text} 1/2] RUN ${text}`, cached: false, from: 2, to: 3 }]
      const layout = { name: text, engine: text, localUris: [text], steps }
      const failed = failure({ message: text, remedy: text })
      const [size] = summaryFacts().sizes as [SummaryFacts['sizes'][number]]
      return [
        renderSummary(summaryFacts({ ...layout, places: [{ ...place, tags: [text], uris: [text] }] })),
        renderSummary(
          summaryFacts({ ...layout, deed: { kind: 'promote', from: text, source: null }, failure: failed }),
        ),
        renderSummary(
          summaryFacts({
            deed: { kind: 'merge', parts: [text] },
            sizes: [size, { ...size, platform: text }],
            compared: { tag: text, digest: text },
          }),
        ),
        renderSummary(
          summaryFacts({
            deed: { kind: 'verify' },
            outcome: 'exists',
            places: [{ ...place, tags: [text], uris: [text] }],
          }),
        ),
        renderSummary(
          failedFacts({
            name: text,
            left: { put: [text], existed: [text], lost: [text], unknown: [text], begun: true },
            failure: { ...failed, build: failedBuild(text) },
          }),
        ),
      ]
    }
    await hold(mostlyShortText, 500, (text) => {
      for (const summary of hostile(text)) {
        const outside = outsideOfCode(summary)
        // All markup that is there is ours.
        const ours =
          /<\/?(?:code|details|summary|br)>|\]\(https:\/\/[\w.-]+\.console\.aws\.amazon\.com\/[^\s()]*\)/g
        expect(
          outside
            .replaceAll('<!-- -->', ' ')
            .replace(ours, '')
            .replace(/&#\d+;/g, ''),
        ).not.toMatch(/[<&`\\$!]|:\/\/|www\./i)
      }
    })
  },
  FUZZ_TIMEOUT,
)

test(
  'CSV that is written is read as it was',
  async () => {
    const field = hostileText.map((text) => text.toWellFormed().trim()).filter((text) => text !== '')
    await hold(fc.array(field, { minLength: 1, maxLength: 4 }), 300, (fields) => {
      expect(splitCsv(joinCsv(fields))).toEqual(fields)
    })
    await hold(hostileText, 300, (text) => {
      try {
        attribute(splitCsv(text), 'type')
      } catch (error) {
        expect((error as Error).message).toMatch(/^a (?:quote|line) [a-z ,]+$/)
      }
    })
  },
  FUZZ_TIMEOUT,
)

test(
  'labels are read from the output as they are, one a line',
  async () => {
    const key = fc.constantFrom('a', 'b.c/d', '__proto__', 'constructor', '#d', '"e"')
    const value = fc
      .oneof(fc.string(), fc.constantFrom('x\nb=evil', '\r\n', 'a\n"b",c', '::error::', '$(id)', 'a, "b"'))
      .map((text) => text.trim())
    await hold(fc.uniqueArray(fc.tuple(key, value), { selector: ([name]) => name }), 1000, (labels) => {
      const image = {
        tags: [],
        moving: new Set<string>(),
        version: '',
        annotations: [],
        warnings: [],
        tagWarnings: [],
      }
      const { labels: lines } = metadataOutputs('app', { ...image, labels: Object.fromEntries(labels) })
      const get = () => lines
      const read = new Reader({ get, env: {}, cwd: '/' }).list('labels', 'lines')
      expect(read).toEqual(labels.map(([name, text]) => `${name}=${text}`.trim()))
      // The runner reads a block of lines.
      if (lines !== 'E')
        expect(parseFile(`labels<<E\n${lines}\nE\n`)['labels']).toBe(lines.replaceAll('\r\n', '\n'))
    })
  },
  FUZZ_TIMEOUT,
)

test(
  'a manifest is read only where its digests and sizes can be right',
  async () => {
    const digest = fc.constantFrom(`sha256:${'a'.repeat(64)}`, `sha256:${'b'.repeat(64)}`, 'sha256:../../x')
    const size = fc.constantFrom(0, 1, 2 ** 53, -1, 0.5)
    const descriptor = recordOf({
      mediaType: fc.string(),
      digest,
      size,
      platform: recordOf({ os: fc.string() }),
    })
    const manifest = recordOf({
      mediaType: fc.string(),
      config: descriptor,
      layers: fc.array(descriptor),
      manifests: fc.array(descriptor),
      subject: descriptor,
    })
    await hold(
      fc.oneof(
        manifest.map((value) => JSON.stringify(value)),
        hostileText,
      ),
      2000,
      (text) => {
        const content = contentOf(Buffer.from(text))
        for (const one of content === null ? [] : [...blobsOf(content), ...(content.manifests ?? [])]) {
          expect(one.digest).toMatch(DIGEST)
          expect(one.size).toBeGreaterThanOrEqual(0)
          expect(one.size).toBeLessThan(2 ** 53)
        }
      },
    )
  },
  FUZZ_TIMEOUT,
)

test(
  'an error of AWS or of a registry is explained, whatever its name and its text',
  async () => {
    const call = { action: 'ecr:PutImage', repository: 'app', region: 'eu-west-1', registryId: null }
    await hold(fc.tuple(hostileText, builderOutput, fc.integer()), 1500, ([name, message, status]) => {
      const error = Object.assign(new Error(message), { name })
      const role = roleFor('arn:aws:iam::123456789012:role/ci', {})
      const hop = { arn: role.arn, from: null, last: true, role }
      const action = 'sts:AssumeRoleWithWebIdentity'
      for (const made of [
        explainEcrError(error, call),
        explainStsError(error, { action, hop, token: message }),
        explainRegistryError('The push', error),
        explainRegistryError(
          'The push',
          statusError(
            { operation: 'Reading x', detail: 'GET x' },
            status,
            { 'retry-after': message },
            message,
          ),
        ),
      ]) {
        expect(made).toBeInstanceOf(ActionError)
        expect(typeof made.remedy).toBe('string')
        expect(explain(made)).not.toMatch(/\[object|\[native code/)
      }
      samePolicy(message, name)
    })
  },
  FUZZ_TIMEOUT,
)

test(
  'names, dates and addresses of any text end in time',
  async () => {
    await hold(hostileText, 400, (text) => {
      expect(`buildcache-${slug(text)}`).toMatch(/^[\w][\w.-]{0,127}$/)
      isRemote(text)
      if (dateProblem(text, 'UTC') === null) formatDate(new Date(0), text, 'UTC')
      dateProblem('YYYY', text)
    })
  },
  FUZZ_TIMEOUT,
)

test(
  'an event that anybody may have written gives tags, or problems',
  async () => {
    const ref = fc
      .tuple(fc.constantFrom('refs/heads/', 'refs/tags/', 'refs/tags/v', 'refs/pull/', ''), hostileText)
      .map(([kind, name]) => (kind + name).replaceAll('\0', ''))
    const rules = fc.subarray([
      'type=semver,pattern={{version}}',
      'type=pep440,pattern={{version}}',
      'type=match,pattern=(\\d+\\.)+x',
      'type=ref,event=branch',
      'type=raw,value={{branch}}{{base_ref}}{{tag}}',
    ])
    const event = recordOf({
      repository: recordOf({
        default_branch: hostileText,
        description: hostileText,
        license: recordOf({ spdx_id: hostileText }),
      }),
      pull_request: recordOf({ head: recordOf({ sha: hostileText }), base: recordOf({ ref: hostileText }) }),
      head_commit: recordOf({ message: hostileText, timestamp: hostileText }),
    })
    await hold(
      fc.tuple(ref, rules, event, fc.constantFrom('push', 'pull_request', 'pull_request_target')),
      800,
      async ([GITHUB_REF, tags, payload, GITHUB_EVENT_NAME]) => {
        const env = { GITHUB_REF, GITHUB_EVENT_NAME, GITHUB_SHA: 'c0ffee', GITHUB_REPOSITORY: 'acme/shop' }
        try {
          const image = await describeImage(
            { tags, flavor: [], labels: ['a={{branch}}'], annotations: [] },
            readEventContext(env, payload, new Date()),
          )
          for (const tag of image.tags) expect(tag).toMatch(/^\w[\w.-]{0,127}$/)
          for (const text of [...Object.values(image.labels), ...image.annotations])
            expect(text).not.toContain('\0')
        } catch (error) {
          if (!(error instanceof MetadataError)) throw error
        }
      },
    )
  },
  FUZZ_TIMEOUT,
)

test('nothing of all that reaches a prototype', () => {
  expect(prototypes()).toBe(before)
})

test('hostile JSON has the names that every object inherits, as its own', async () => {
  const seen = new Set<string>()
  // So many that chance leaves it out of none of the runs.
  await hold(hostileJson, 8000, (value) => {
    if (typeof value === 'object' && value !== null) for (const key of Object.keys(value)) seen.add(key)
  })
  expect([...seen]).toEqual(expect.arrayContaining(['__proto__']))
})

test(
  'a Dockerfile is read, whatever is in its heredocs and behind them',
  async () => {
    const instruction = fc.record({
      keyword: fc.constantFrom('RUN', 'COPY', 'ADD', 'ONBUILD RUN'),
      body: fc.option(
        hostileText.map((text) => text.replace(/^\s*EOF\s*$/gm, '')),
        { nil: null },
      ),
    })
    await hold(fc.tuple(fc.array(instruction, { maxLength: 5 }), hostileText), 400, ([given, rest]) => {
      const lines = given.map(({ keyword, body }) =>
        body === null ? `${keyword} a b` : `${keyword} a <<EOF b\n${body}\nEOF`,
      )
      const { instructions } = parseDockerfile(`FROM a\n${lines.join('\n')}`)
      expect(instructions.map(({ heredocs }) => heredocs)).toEqual([
        0,
        ...given.map(({ body }) => (body === null ? 0 : 1)),
      ])
      const places = parseDockerfile(rest).instructions.flatMap(({ line, endLine }) => [line, endLine])
      expect(places).toEqual(places.toSorted((a, b) => a - b))
      expect(places.at(-1) ?? 0).toBeLessThanOrEqual(rest.split('\n').length)
    })
  },
  FUZZ_TIMEOUT,
)
