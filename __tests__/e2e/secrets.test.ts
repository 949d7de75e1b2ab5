import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { REGION, type Stage } from '../../dev/stage.ts'
import { type EngineName, expectSuccess, stageOn } from '../support/parts.ts'

jest.setTimeout(120_000)

/** All command lines on this machine, sampled as fast as two cores allow while something runs. */
class CommandLines {
  readonly seen = new Set<string>()
  #timer: NodeJS.Timeout | undefined

  start(): void {
    this.#timer = setInterval(() => {
      for (const pid of readdirSync('/proc')) {
        if (!/^\d+$/.test(pid)) continue
        try {
          this.seen.add(readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '))
        } catch {
          // It has ended between the two calls.
        }
      }
    }, 3)
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}

/** Every file under a folder that holds one of the secrets. */
function holding(folder: string, secrets: readonly string[]): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => {
      const bytes = readFileSync(file)
      return secrets.some((secret) => bytes.includes(secret))
    })
}

describe.each<EngineName>(['current', 'old'])('the token, on the %s engine', (name) => {
  let stage: Stage

  beforeAll(async () => {
    stage = await stageOn(name)
    mkdirSync(path.join(stage.folder, 'app'))
    writeFileSync(path.join(stage.folder, 'app', 'Dockerfile'), `FROM ${stage.baseImage}\nRUN env; sleep 1\n`)
  })

  afterAll(() => stage?.close())

  test.each(['false', 'true'])(
    'is on no command line, in no log line and on no disk afterwards; keep-login: %s',
    async (keep) => {
      const passwords: string[] = []
      const issue = stage.ecr.store.issueToken.bind(stage.ecr.store)
      stage.ecr.store.issueToken = (caller) => {
        const issued = issue(caller)
        passwords.push(issued.password)
        return issued
      }
      const lines = new CommandLines()
      lines.start()
      const inputs = {
        repository: 'app',
        'aws-region': REGION,
        context: 'app',
        tags: 'v1',
        'keep-login': keep,
      }
      const env = { RUNNER_DEBUG: '1' }
      const result = await stage.main(inputs, { env })
      lines.stop()
      stage.ecr.store.issueToken = issue
      expectSuccess(result)

      // One token a step; both its forms count.
      expect(passwords).toHaveLength(1)
      const secrets = passwords.flatMap((password) => [
        password,
        Buffer.from(`AWS:${password}`).toString('base64'),
      ])
      // The sampling saw the very process that gets the password, and the build.
      const seen = [...lines.seen]
      expect(seen.some((line) => /docker login --username AWS --password-stdin/.test(line))).toBe(true)
      expect(seen.some((line) => /docker (?:buildx )?build /.test(line))).toBe(true)
      for (const secret of secrets) {
        expect(seen.filter((line) => line.includes(secret))).toEqual([])
        // Before the runner has masked anything, the only lines that hold it are those that ask for the mask.
        const shown = result.raw.split('\n').filter((line) => line.includes(secret))
        expect(shown.every((line) => line.startsWith('::add-mask::'))).toBe(true)
        expect(result.log).not.toContain(secret)
        expect(JSON.stringify([result.outputs, result.state, result.summary])).not.toContain(secret)
      }
      if (keep === 'false') expect(holding(stage.temp, secrets)).toEqual([])
      else expect(holding(stage.home, secrets)).toHaveLength(1)
      const post = await stage.post(result)
      expect(post.exitCode).toBe(0)
      expect(post.raw).toBe('')
      expect([...holding(stage.temp, secrets), ...holding(stage.home, secrets)]).toEqual([])
      expect(readdirSync(stage.temp).filter((entry) => entry.startsWith('ecr-build-push-'))).toEqual([])
    },
  )

  test('the build does not see the inputs and the runner’s files', async () => {
    const result = await stage.main({
      repository: 'app',
      'aws-region': REGION,
      context: 'app',
      tags: 'v2',
      'build-args': 'INPUT_TAGS',
    })
    expectSuccess(result)
    expect(result.log).not.toMatch(/INPUT_TAGS=v2/)
  })
})
