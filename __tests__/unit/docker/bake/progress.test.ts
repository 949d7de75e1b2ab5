import { describe, expect, test } from '@jest/globals'
import {
  Exports,
  exportedTargets,
  failedTargets,
  progressOf,
  Unprefixed,
} from '../../../../src/docker/bake/progress.ts'

const NAMES = ['api', 'base', 'web']
const PROGRESS = `#0 building with "b" instance using remote driver
#1 [internal] load local bake definitions
#1 DONE 0.0s
#2 [api internal] load build definition from Dockerfile
#2 DONE 0.0s
#3 [web 2/2] RUN false
#3 0.1 said by web
#3 ERROR: process "/bin/sh -c false" did not complete successfully: exit code: 1
#4 [api] exporting to image
#4 pushing manifest for host/shop/api@sha256:${'a'.repeat(64)} 0.1s done
#4 DONE 0.2s
------
 > [web 2/2] RUN false:
0.1 said by web
------
Dockerfile:2
ERROR: target web: failed to solve: process "/bin/sh -c false" did not complete successfully: exit code: 1
`

describe('the progress of several targets', () => {
  test('is that of a single one without the names, in whatever pieces it comes', () => {
    const unprefixed = new Unprefixed(NAMES)
    const text = [...PROGRESS].map((character) => unprefixed.read(character)).join('')
    expect(text).toContain('\n#4 exporting to image\n')
    expect(text).toContain('\n#2 [internal] load build definition from Dockerfile\n')
    expect(text).toContain('\n#3 [2/2] RUN false\n')
    expect(text).toContain('#1 [internal] load local')
  })

  test('of a single target has no names, and a stage may be called as it is', () => {
    expect(new Unprefixed(['api']).read('#1 [api 1/2] RUN x\n')).toBe('#1 [api 1/2] RUN x\n')
  })

  test('of one target has no step of another', () => {
    const api = progressOf('api', PROGRESS, NAMES)
    expect(api).toContain('#4 pushing manifest for host/shop/api@')
    expect(api).not.toContain('said by web')
    expect(api).not.toContain('RUN false')
    const web = progressOf('web', PROGRESS, NAMES)
    expect(web).toContain('------\n > [2/2] RUN false:\n0.1 said by web\n------\nDockerfile:2\n')
    expect(web).not.toContain('pushing manifest')
  })

  test('tells of the export of each target, in a time that is no longer for many targets', () => {
    const exportsIn = (progress: string, names: readonly string[]) => {
      const exports = new Exports(names)
      for (const piece of progress.match(/[\s\S]{1,7}/g) ?? []) exports.read(piece)
      return (name: string) => exports.of(name)
    }
    const exported = exportsIn(PROGRESS, NAMES)
    expect(exported('api')).toBe(`#4 pushing manifest for host/shop/api@sha256:${'a'.repeat(64)} 0.1s done`)
    expect([exported('web'), exported('base')]).toEqual(['', ''])
    expect(exportsIn('#4 pushing manifest for x@y done\n', ['api'])('api')).toContain('for x@y')
    // Who it is of is not told: it may be of any.
    expect(exportsIn('#9 exporting manifest sha256:1 done\n', NAMES)('web')).toContain('sha256:1')
    const many = Array.from({ length: 2000 }, (_, at) => `t${at}`)
    const log = many.flatMap((name, at) => [
      `#${at} [${name}] exporting to image`,
      ...Array.from({ length: 20 }, () => `#${at} 0.1 working`),
      `#${at} exporting manifest sha256:${at} done`,
    ])
    const before = process.cpuUsage()
    const each = exportsIn(`${log.join('\n')}\n`, many)
    expect(many.map(each)).toEqual(many.map((_, at) => `#${at} exporting manifest sha256:${at} done`))
    expect(process.cpuUsage(before).user).toBeLessThan(2e6)
  })

  test('tells which targets failed', () => {
    expect(failedTargets(PROGRESS, NAMES)).toEqual(['web'])
    expect(failedTargets('ERROR: target base: failed to solve: x', NAMES)).toEqual(['base'])
    expect(failedTargets('ERROR: no builder', NAMES)).toEqual([])
    expect(failedTargets('ERROR: whatever', ['api'])).toEqual(['api'])
  })

  test('tells which were built to their end', () => {
    expect(exportedTargets(PROGRESS, NAMES)).toEqual(['api'])
    expect(exportedTargets('#4 exporting to image\n', ['only'])).toEqual(['only'])
    expect(exportedTargets('#5 0.1 exporting to image', ['only'])).toEqual([])
    expect(exportedTargets('#4 [internal] exporting to image\n#5 0.1 exporting to image', NAMES)).toEqual([])
  })
})
