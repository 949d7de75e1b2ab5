// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expressions of GitHub's
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { root } from '../../../dev/runner.ts'
import { stringLike } from '../../support/conditions.ts'
import { permissionsIn } from '../../support/iam.ts'
import { BESIDE, CHECKOUT, ROLE, VALUES } from '../../support/input-values.ts'
import { type Made, policyOf } from '../../support/policy.ts'

// What fuzz/open-inputs holds for the steps of the actions, for those who call the reusable workflows: an expression
// that they give arrives in the steps as one, and is widened or told there.

const USUAL: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'build-push': { repository: 'demo', tags: 'v1' },
  promote: { source: 'demo:v1', repository: 'other', tags: 'v1' },
  verify: { image: 'demo:v1' },
  bake: { repository: 'shop/{{target}}', tags: 'v1' },
}

const inputsOf = (workflow: string): string[] => {
  const text = readFileSync(path.join(root, '.github', 'workflows', `${workflow}.yml`), 'utf8')
  const { on } = parse(text) as { on: { workflow_call: { inputs: object } } }
  return Object.keys(on.workflow_call.inputs)
}

function called(workflow: string, inputs: Readonly<Record<string, string>>): Made {
  const job = {
    uses: `OWNER/ecr-build-push/.github/workflows/${workflow}.yml@v1`,
    permissions: { 'id-token': 'write' },
    with: { 'role-to-assume': ROLE, 'aws-region': 'eu-west-1', ...USUAL[workflow], ...inputs },
  }
  return policyOf(JSON.stringify({ on: { push: { branches: ['main'] } }, jobs: { image: job } }), {
    files: CHECKOUT,
  })
}

const allowedBy = ({ roles }: Made) =>
  roles.flatMap(({ permissions }) => permissionsIn(permissions.Statement))
const told = ({ roles, notes }: Made) => [...notes, ...roles.flatMap((role) => role.notes)]

describe.each(Object.keys(USUAL))('who calls %s.yml', (workflow) => {
  const known = inputsOf(workflow).filter((input) => Object.hasOwn(VALUES, input))
  test.each(known)('with an expression for %s: never narrower, or told', (name) => {
    const input = name as keyof typeof VALUES
    const beside = BESIDE[input]?.at(-1) ?? {}
    // One value, which is as a rule the one that asks for the most.
    const value = VALUES[input].at(-1) ?? ''
    const open = called(workflow, { ...beside, [input]: '${{ vars.A }}' })
    if (told(open).some((note) => note.includes(`'${input}'`))) return
    const has = allowedBy(open)
    const lacking = allowedBy(called(workflow, { ...beside, [input]: value })).filter(
      (asked) => !has.some((one) => one.action === asked.action && stringLike(one.resource, asked.resource)),
    )
    expect(lacking).toEqual([])
  })
})
