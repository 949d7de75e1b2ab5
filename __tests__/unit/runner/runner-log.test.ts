import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, jest, test } from '@jest/globals'
import { runnerWorld } from '../../../src/runner/runner.ts'
import { fixedSession } from '../../support/session.ts'

const HOSTILE = 'busy\n::error::one\r::add-mask::two ##[error]three'

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  ends.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** What is written to standard output, where the runner looks for commands. */
function written(): string[] {
  const chunks: string[] = []
  const spy = jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    chunks.push(String(chunk))
    return true
  })
  ends.push(() => spy.mockRestore())
  return chunks
}

function expectNoCommand(chunks: readonly string[]): void {
  const lines = chunks.join('').split(/\r?\n|\r/)
  expect(lines.filter((line) => /; retry after /.test(line))).toHaveLength(1)
  expect(lines.filter((line) => /^\s*::(?:error|add-mask)|##\[/.test(line))).toEqual([])
}

test('a retry of a registry is told in a line that is no command, whatever the registry says', async () => {
  let count = 0
  const host = await serve((_, response) => {
    response.writeHead(count++ === 0 ? 503 : 404)
    response.end(JSON.stringify({ errors: [{ code: 'UNAVAILABLE', message: HOSTILE }] }))
  })
  const registry = await runnerWorld().openRegistry(fixedSession(host, 'x'))
  const chunks = written()
  await expect(registry.manifest('app', 'v1')).rejects.toThrow('404')
  expectNoCommand(chunks)
})

test('so is a retry of a call to AWS', async () => {
  let count = 0
  const host = await serve((_, response) => {
    const first = count++ === 0
    response.writeHead(first ? 500 : 400, { 'content-type': 'application/x-amz-json-1.1' })
    const name = first ? 'ServerException' : 'InvalidParameterException'
    response.end(JSON.stringify({ __type: name, message: HOSTILE.replace('\n', '\r') }))
  })
  const before = { ...process.env }
  ends.push(() => {
    process.env = before
  })
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: `http://${host}`,
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'none',
    AWS_REGION: 'ap-northeast-2',
  })
  const repository = {
    name: 'app',
    host: null,
    region: null,
    registryId: null,
    registryType: 'private',
  } as never
  const ecr = await runnerWorld().connectEcr({ repository, role: null })
  const chunks = written()
  await expect(ecr.findRepository('app')).rejects.toThrow('InvalidParameterException')
  expectNoCommand(chunks)
})

test('of a warning that is longer than the runner shows, the log has all of it', () => {
  const world = runnerWorld()
  const long = `It is so:\n${'a line of it ##[error]\n'.repeat(400)}the end`
  for (const tell of [world.warn, world.notice]) {
    const chunks = written()
    tell(long)
    tell('a short one')
    const lines = chunks.join('').trimEnd().split('\n')
    const commands = lines.filter((line) => /^::(?:warning|notice)::/.test(line))
    expect(commands).toHaveLength(2)
    const [shown = '', short] = commands.map((line) => line.replace(/^::\w+::/, '').replaceAll('%0A', '\n'))
    expect(short).toBe('a short one')
    expect(shown.length).toBeLessThanOrEqual(4096)
    expect(shown).toMatch(/^It is so:\na line of it .*\n… the rest is in the log$/s)
    expect(lines.filter((line) => line === 'a line of it ## [error]')).toHaveLength(400)
    expect(lines).toContain('the end')
  }
})
