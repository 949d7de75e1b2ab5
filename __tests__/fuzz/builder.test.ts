import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseBuilder } from '../../src/docker/build/builder.ts'
import { digestInOutput } from '../../src/docker/build/classic.ts'
import { parseMetadata } from '../../src/docker/build/metadata.ts'
import { parseInfo } from '../../src/docker/engine-info.ts'
import { ProcessError } from '../../src/docker/exec.ts'
import {
  annotateCacheErrors,
  annotateChecks,
  annotateFindings,
} from '../../src/docker/failures/annotations.ts'
import { explainBuildFailure, explainDockerFailure } from '../../src/docker/failures/explain.ts'
import { parseFailure } from '../../src/docker/failures/failing-step.ts'
import { locateBaseImage, locateInstruction } from '../../src/docker/failures/instructions.ts'
import { sourceBlocks } from '../../src/docker/failures/source-blocks.ts'
import { type DockerConfig, privateConfig, withLogin } from '../../src/docker/login/config.ts'
import { atLeast } from '../../src/docker/syntax/versions.ts'
import { DIGEST, platformIn, platformName } from '../../src/oci/types.ts'
import { statusError } from '../../src/registry/errors.ts'
import { ActionError } from '../../src/shared/errors.ts'
import { builderOutput, FUZZ_TIMEOUT, hold, hostileText, prototypes, recordOf } from '../support/fuzz.ts'
import { buildInputs } from '../support/inputs.ts'

const before = prototypes()
const request = {
  ...buildInputs(),
  annotations: [],
  labels: [],
  references: [],
  naming: 'docker' as const,
}

test(
  'whatever a build prints, its failure is explained',
  async () => {
    await hold(fc.tuple(builderOutput, builderOutput), 1500, async ([stderr, stdout]) => {
      const failure = parseFailure(stderr, stdout)
      for (const line of failure.lines)
        expect(line.length).toBeLessThanOrEqual('… (1000000 characters)'.length + 2000)
      expect(failure.lines.length).toBeLessThanOrEqual(20)
      for (const { line, endLine } of sourceBlocks(stderr.split('\n'))) {
        expect([line, endLine].every(Number.isSafeInteger)).toBe(true)
      }
      const failed = new ProcessError('docker', 1, stdout, stderr)
      const files = { workspace: '/app', annotate: () => undefined, attempts: 1, push: 'not begun' as const }
      for (const call of [null, 'check']) {
        expect(await explainBuildFailure(failed, { ...request, call }, files)).toBeInstanceOf(ActionError)
      }
      expect(explainDockerFailure('The push', failed)).toBeInstanceOf(ActionError)
      annotateCacheErrors(stderr, () => undefined)
      annotateFindings(stdout, 'Dockerfile', () => undefined)
      locateInstruction(stdout, stderr)
      locateBaseImage(stdout, stderr, [stderr])
      parseBuilder(stdout)
      atLeast(stdout, '0.10.0')
      const digest = digestInOutput(stdout)
      if (digest !== null) expect(digest).toMatch(DIGEST)
    })
  },
  FUZZ_TIMEOUT,
)

test(
  'no repetition in 256 KiB of output takes long',
  async () => {
    const parts = fc.array(
      fc.constantFrom(
        ...'target stage |denied: |Dockerfile:2\n|--------------------\n|\n|:1|#1 0.1 | |x|------\n| > a:\n|\\|"|<|ERROR: |Step 1/2 : x\n'.split(
          '|',
        ),
      ),
      { minLength: 1, maxLength: 4 },
    )
    await hold(parts, 40, async (some) => {
      const text = some
        .join('')
        .repeat(1 << 18)
        .slice(0, 1 << 18)
      const failed = new ProcessError('docker', 1, text, text)
      await explainBuildFailure(failed, request, {
        workspace: '/app',
        annotate: () => undefined,
        attempts: 1,
        push: 'not begun',
      })
      explainDockerFailure('The push', failed)
      digestInOutput(text)
      statusError({ operation: 'Reading x', detail: 'GET x' }, 500, {}, text.slice(0, 1 << 16))
    })
  },
  FUZZ_TIMEOUT,
)

test(
  'what docker and buildx say of themselves in JSON is read or refused',
  async () => {
    const text = fc.string()
    const info = recordOf({
      ServerVersion: text,
      ServerErrors: fc.array(text),
      DriverStatus: fc.array(fc.array(text)),
      ClientInfo: recordOf({
        Version: text,
        Plugins: fc.array(recordOf({ Name: text, Version: text, Err: text })),
      }),
    })
    await hold(
      fc.oneof(
        info.map((value) => JSON.stringify(value)),
        hostileText,
      ),
      1000,
      (printed) => {
        try {
          const read = parseInfo(printed)
          read.ClientInfo?.Plugins?.find((plugin) => plugin.Name === 'buildx' && !plugin.Err)
          ;(read.DriverStatus ?? []).some(([, value]) => value?.startsWith('io.containerd.'))
        } catch (error) {
          if (!(error instanceof ActionError)) throw error
        }
      },
    )
    const position = recordOf({ line: fc.integer() })
    const warning = recordOf({
      short: text,
      url: text,
      range: fc.array(recordOf({ start: position, end: position })),
    })
    const written = recordOf({
      'containerimage.digest': text,
      'containerimage.descriptor': recordOf({
        platform: recordOf({ os: text, architecture: text, variant: text }),
      }),
      'buildx.build.warnings': fc.array(warning),
    })
    await hold(
      fc.oneof(
        written.map((value) => JSON.stringify(value)),
        hostileText,
      ),
      1000,
      (file) => {
        const metadata = parseMetadata(file)
        const descriptor = metadata?.['containerimage.descriptor'] as
          | { platform?: unknown }
          | null
          | undefined
        const platform = platformIn(descriptor?.platform)
        if (platform !== null) expect(typeof platformName(platform)).toBe('string')
        annotateChecks(metadata?.['buildx.build.warnings'], 'Dockerfile', (_, message, place) => {
          expect(typeof message).toBe('string')
          expect(Number.isSafeInteger(place?.line)).toBe(true)
        })
      },
    )
    const config = recordOf({
      auths: recordOf({ h: recordOf({ auth: text }) }),
      credHelpers: recordOf({ h: text }),
    })
    await hold(config, 500, (value) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return
      for (const host of ['h', '__proto__']) {
        const made = withLogin(value as DockerConfig, host, 'auth')
        expect(Object.getOwnPropertyDescriptor(made.auths, host)?.value).toEqual({ auth: 'auth' })
      }
      privateConfig({ ...value, cliPluginsExtraDirs: [] }, new Map([['h', 'auth']]), {})
    })
  },
  FUZZ_TIMEOUT,
)

test('nothing of all that reaches a prototype', () => {
  expect(prototypes()).toBe(before)
})
