// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of a Dockerfile.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { seedBaseImage } from '../../dev/base-image.ts'
import { ACCOUNT, REGION, type Stage } from '../../dev/stage.ts'
import { errorOf } from '../support/annotations.ts'
import { type EngineName, expectSuccess, parts, stageOn } from '../support/parts.ts'
import { Processes } from '../support/processes.ts'

// A base image in the ECR of another account, pulled through the role that pull-registries has for it: by BuildKit in a
// step that pushes, and by the legacy builder in one that does not.

jest.setTimeout(180_000)

const OTHER = '210987654321'
const THERE = 'us-east-1'
const ROLE = `arn:aws:iam::${OTHER}:role/base-images`

/** With a FROM of a variable, a stage whose name looks like a host, and a heredoc that holds no instruction. */
const DOCKERFILES: Readonly<Record<EngineName, string>> = {
  current: `ARG REPOSITORY TAG=1.37
FROM \${REPOSITORY}:\${TAG%x} AS public.ecr.aws
RUN <<END
echo made >/made
# FROM ${OTHER}.dkr.ecr.eu-west-1.amazonaws.com/none
END

FROM public.ecr.aws
COPY --from=public.ecr.aws /made /copied
`,
  old: 'ARG REPOSITORY\nFROM ${REPOSITORY}:1.37 AS public.ecr.aws\nFROM public.ecr.aws\nRUN echo made >/made\n',
}

describe.each<[EngineName, push: 'true' | 'false']>([
  ['current', 'true'],
  ['old', 'false'],
])('on the %s engine, push: %s', (name, push) => {
  let stage: Stage
  let repository: string

  beforeAll(async () => {
    stage = await stageOn(name)
    const base = await seedBaseImage(stage.ecr.store, OTHER, THERE, parts().busyboxRoot)
    repository = base.slice(0, base.lastIndexOf(':'))
    stage.ecr.store.addRole(ROLE, { principals: [`arn:aws:sts::${ACCOUNT}:`] })
    mkdirSync(path.join(stage.folder, 'app'))
    writeFileSync(path.join(stage.folder, 'app', 'Dockerfile'), DOCKERFILES[name])
  })
  afterAll(() => stage?.close())

  const build = (pullRegistries: string) =>
    stage.main({
      repository: 'app',
      'aws-region': REGION,
      context: 'app',
      tags: 'v1',
      push,
      'no-cache': 'true',
      'build-args': `REPOSITORY=${repository}`,
      'pull-registries': pullRegistries,
    })

  test('without a role that may, the error names the registry and what is missing there', async () => {
    const result = await build(`${OTHER}/${THERE}`)
    expect(result.exitCode).toBe(1)
    const message = errorOf(result)
    expect(message).toContain(`denies the pull of ${repository}`)
    // Without root, the local ECR has no host names of AWS, by which a registry is known as one of ECR.
    if (stage.ecr.mode !== 'tls') return
    expect(message).toContain('ecr:BatchGetImage')
    expect(message).toContain(`arn:aws:ecr:${THERE}:${OTHER}:repository/`)
  })

  test('with its role it is pulled, and the token is on no command line, and nowhere afterwards', async () => {
    const { store } = stage.ecr
    const tokens: string[] = []
    const { issueToken } = store
    store.issueToken = (...given) => {
      const issued = issueToken.apply(store, given)
      tokens.push(issued.password, Buffer.from(`AWS:${issued.password}`).toString('base64'))
      return issued
    }
    const processes = new Processes()
    processes.start()
    const before = stage.ecr.requests.length
    const result = await build(`${OTHER}/${THERE} ${ROLE}`)
    const seen = processes.stop()
    Object.assign(store, { issueToken })
    expectSuccess(result)

    const requests = stage.ecr.requests.slice(before)
    // The first request of a client has no token yet.
    const pulled = requests.filter(
      ({ side, region, operation, caller }) =>
        side === 'registry' && region === THERE && operation === 'BatchGetImage' && caller !== undefined,
    )
    expect(pulled.length).toBeGreaterThan(0)
    for (const { caller } of pulled)
      expect(caller).toMatch(new RegExp(`^arn:aws:sts::${OTHER}:assumed-role/base-images/`))
    // The stage that looks like a host is none.
    const asked = requests.filter(({ operation }) => operation === 'GetAuthorizationToken')
    expect(asked.map(({ region }) => region).sort()).toEqual(
      push === 'true' ? [REGION, THERE].sort() : [THERE],
    )

    expect(tokens.length).toBe(2 * asked.length)
    expect(seen.some(({ command }) => /docker(?:-buildx)? (?:buildx )?build /.test(command))).toBe(true)
    const files = readdirSync(stage.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.includes(`${path.sep}registry`))
      .map((entry) => readFileSync(path.join(entry.parentPath, entry.name)))
    for (const token of tokens) {
      expect(seen.filter(({ command }) => command.includes(token))).toEqual([])
      expect(result.raw.replace(/^::add-mask::.*$/gm, '')).not.toContain(token)
      expect(files.filter((bytes) => bytes.includes(token))).toEqual([])
    }
  })
})
