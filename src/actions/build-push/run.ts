import type { Inputs } from '../../inputs/index.ts'
import { describe } from '../../metadata/describe.ts'
import { jsonOutput, metadataOutputs, type Outputs } from '../../report/outputs.ts'
import { ending } from '../../shared/ending.ts'
import { InputError } from '../../shared/errors.ts'
import type { World } from '../../world.ts'
import { build } from './build.ts'
import { prepareBuild, preparePush } from './prepare.ts'
import { tellThere } from './skip.ts'

/**
 * The main job: from checked inputs to an image in ECR, or to one in the engine where `push` is false.
 * Outputs are set as they become true.
 * @throws ActionError with what failed and what to do
 */
export async function run(inputs: Inputs, outer: World): Promise<void> {
  const started = outer.clock()
  const outputs: Partial<Outputs> = {}
  const world: World = {
    ...outer,
    setOutputs: (some) => {
      Object.assign(outputs, some)
      outer.setOutputs(some)
    },
  }
  const { name } = inputs.repository
  const described = await describe(inputs.metadata, world.github)
  // What is pushed by its digest has no tags, and all warnings are about them.
  let image = inputs.pushByDigest ? { ...described, tags: [], warnings: [] } : described
  const work = async () => {
    for (const warning of image.warnings) world.warn(warning)
    if (inputs.push && !inputs.pushByDigest && image.tags.length === 0) throw noTags()
    world.setOutputs({ ...metadataOutputs(name, image), pushed: 'false' })

    const ready = inputs.push
      ? await preparePush(inputs, image, world)
      : await prepareBuild(inputs, image, world)
    image = ready.image
    const result =
      'there' in ready ? await tellThere(ready, inputs, world) : await build(ready, inputs, world)
    // What is asked of the Dockerfile makes no image to tell of.
    if (inputs.summary && inputs.build.call === null) {
      const { verdict, ...facts } = result
      const total = (world.clock() - started) / 1000
      const sections = verdict?.sections ?? []
      await world.summarize({ ...facts, name, sections, seconds: { build: facts.seconds, total } })
    }
    if (result.verdict?.failure) throw result.verdict.failure
  }
  try {
    await ending.before(work())
  } finally {
    outer.setOutputs({ json: jsonOutput(outputs, image) })
  }
}

function noTags(): InputError {
  const message =
    'no rule gives a tag for this event, and an image cannot be pushed without one; add one that always does, such as type=sha'
  return new InputError([{ input: 'tags', value: '', message }])
}
