import { parse } from 'yaml'
import { type Job, readWorkflow, type Step, type Workflow } from './workflows.ts'

/** The workflow that the recipes change. */
const BASE = 'examples/workflows/image.yml'

/**
 * A recipe as the whole workflow that it makes of image.yml.
 * @param text a list of steps, which follow the checkout; keys of the job; jobs, which are those of the workflow then; or
 * a whole workflow
 */
export function inRecipe(text: string): Workflow {
  const base = readWorkflow(BASE)
  const { image } = base.jobs
  const content = parse(text) as unknown
  if (Array.isArray(content)) {
    const checkout = image?.steps?.slice(0, 1) ?? []
    return { ...base, jobs: { image: { ...image, steps: [...checkout, ...(content as Step[])] } } }
  }
  const keys = content as Readonly<Record<string, unknown>>
  if ('jobs' in keys) return { ...base, ...(content as Workflow) }
  if ('steps' in keys) return { ...base, jobs: { image: { ...image, ...(content as Job) } } }
  return { ...base, jobs: content as Workflow['jobs'] }
}
