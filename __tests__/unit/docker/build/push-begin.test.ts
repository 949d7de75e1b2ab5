import { describe, expect, test } from '@jest/globals'
import { PushBegin } from '../../../../src/docker/build/push-begin.ts'
import { StepTimes } from '../../../../src/docker/build/steps.ts'

const HOST = '123456789012.dkr.ecr.eu-west-1.amazonaws.com'
const RUN = '#5 [2/2] RUN make\n#5 DONE 0.4s\n'
const AUTH = `#6 [auth] sharing credentials for ${HOST}\n`

/** @returns whether a push may have begun, after this was shown, and after the build was cut off then */
function afterwards(progress: string, references = [`${HOST}/app:v1`]): readonly [boolean, boolean] {
  let pushing = false
  const begin = new PushBegin(references, () => {
    pushing = true
  })
  new StepTimes({ begins: (name) => begin.shown(name) }).read(progress)
  const shown = pushing
  begin.cut()
  return [shown, pushing]
}

describe('whether a push may have begun', () => {
  test.each([
    ['a step of the Dockerfile', RUN, [false, false]],
    ['the login to the registry of the push: only if the build is cut off', RUN + AUTH, [false, true]],
    ['a login with a token', `#6 [auth] app:pull,push token for ${HOST}\n`, [false, true]],
    ['a login to another registry', '#6 [auth] sharing credentials for quay.io\n', [false, false]],
    ['a lookalike', `#6 [auth] sharing credentials for ${HOST}.example\n`, [false, false]],
    ['what a step prints', `${RUN}#7 [3/3] RUN echo\n#7 0.1 [auth] for ${HOST}\n`, [false, false]],
    ['the export', `${RUN}#7 exporting to image\n`, [true, true]],
    ['the push by the engine', `${RUN}#7 pushing ${HOST}/app:v1 with docker\n`, [true, true]],
  ])('%s', (_, progress, expected) => {
    expect(afterwards(progress)).toEqual(expected)
  })

  test('what is not pushed never begins', () => {
    expect(afterwards(`${RUN}${AUTH}#7 exporting to image\n`, [])).toEqual([false, false])
  })
})
