import { expect, test } from '@jest/globals'
import { combineByTarget } from '../../../../src/actions/bake/by-target.ts'
import { BuildFailure } from '../../../../src/shared/build-failure.ts'
import { combineErrors } from '../../../../src/shared/combine.ts'
import { ActionError, explain } from '../../../../src/shared/errors.ts'

const denied = () => new ActionError('ECR refuses it.', 'allow it.')
const other = new ActionError('It is taken.', 'free it.')

test('what failed of several targets is said once, with whose it is', () => {
  const failures = [
    { name: 'api', error: combineErrors([denied(), other]) },
    { name: 'web', error: denied() },
  ]
  expect(explain(combineByTarget(failures, 3))).toBe(
    "Targets 'api', 'web': ECR refuses it.\nWhat to do: allow it.\nTarget 'api': It is taken.\nWhat to do: free it.",
  )
})

test('what is the same of all targets is about none of them', () => {
  const failures = ['api', 'web'].map((name) => ({ name, error: denied() }))
  expect(explain(combineByTarget(failures, 2))).toBe('ECR refuses it.\nWhat to do: allow it.')
  expect(explain(combineByTarget([{ name: 'api', error: denied() }], 1))).toContain("Target 'api': ECR")
})

test('a failed build stays one, with its details, and a defect stays what it is', () => {
  const details = { doing: 'The build', step: '[1/1] RUN x', reason: 'why', lines: [], excerpt: null }
  const build = new BuildFailure('The build failed.', 'mend it.', details, { location: null })
  expect(combineByTarget([{ name: 'api', error: build }], 2)).toMatchObject({
    message: "Target 'api': The build failed.",
    details,
  })
  const defect = new TypeError('x is undefined')
  expect(combineByTarget([{ name: 'api', error: defect }], 2)).toBe(defect)
})
