import { byteSize } from '../shared/byte-size.ts'
import { shortCommands } from './commands.ts'
import { code, fence, fold, markdownTable } from './escaping.ts'
import type { Layer, PlatformSize, SummaryFacts } from './facts.ts'

/** Rows of layers that are shown for each platform. */
const LAYERS_SHOWN = 40
/** An index has a few platforms; some have dozens. */
const PLATFORMS_SHOWN = 30

/** The compressed size of the image, by platform, and against what the tag held before. */
export function size(facts: SummaryFacts): string[] {
  return [...sizeNow(facts), ...lostPlatforms(facts)]
}

/** What runs on such a platform cannot run this image. */
function lostPlatforms({ gone, compared }: SummaryFacts): string[] {
  if (compared === null || gone.length === 0) return []
  const shown = gone.slice(0, PLATFORMS_SHOWN).map(code).join(', ')
  const more = gone.length - PLATFORMS_SHOWN
  return [`**Not for** ${shown}${more > 0 ? ` and ${more} more` : ''}, unlike ${beforeName(compared)}`]
}

function sizeNow({ sizes, sizeInBytes, isIndex, compared, inEngine }: SummaryFacts): string[] {
  if (inEngine !== null) return [`**Size** ${byteSize(inEngine.sizeInBytes)}, as the engine counts it`]
  if (sizes.length === 0) {
    if (sizeInBytes === null) return []
    // https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageDetail.html (imageSizeInBytes)
    const what = isIndex === false ? '' : isIndex ? ', of the largest image in it' : ', as ECR says it'
    return [`**Size** ${byteSize(sizeInBytes)}, compressed${what}`]
  }
  const [only] = sizes
  if (sizes.length === 1 && only !== undefined) {
    const platform = only.platform === null ? '' : ` for ${code(only.platform)}`
    const change = changeOf(only)
    const against = change === null || compared === null ? '' : `: ${change} against ${beforeName(compared)}`
    return [`**Size** ${byteSize(only.bytes)} compressed, ${layerCount(only.layers)}${platform}${against}`]
  }
  const against = sizes.some(({ before }) => before !== null) ? compared : null
  const head = [
    'Platform',
    'Compressed size',
    'Layers',
    ...(against ? [`Against ${beforeName(against)}`] : []),
  ]
  const rows = sizes
    .slice(0, PLATFORMS_SHOWN)
    .map((one) => [
      one.platform === null ? 'not known' : code(one.platform),
      byteSize(one.bytes),
      String(one.layers.length),
      ...(against ? [changeOf(one) ?? 'not in it'] : []),
    ])
  const more = sizes.length - PLATFORMS_SHOWN
  return [markdownTable(head, rows), ...(more > 0 ? [`… and ${more} more platforms.`] : [])]
}

const beforeName = ({ tag, digest }: { readonly tag: string; readonly digest: string }) =>
  `what ${code(tag)} held before (${code(`${digest.slice(0, 19)}…`)})`

/** `+1.2 MB, 3 of 9 layers new`. Null if there is nothing to compare with. */
function changeOf({ bytes: now, layers, before }: PlatformSize): string | null {
  if (before === null) return null
  const fresh = layers.filter((layer) => isNew(layer, before.layers)).length
  const change = now - before.bytes
  const sign = change > 0 ? '+' : change < 0 ? '−' : '±'
  return `${sign}${byteSize(Math.abs(change))}, ${fresh} of ${layerCount(layers)} new`
}

const isNew = ({ digest }: Layer, before: readonly Layer[]) =>
  !before.some((layer) => layer.digest === digest)

const layerCount = ({ length }: { readonly length: number }) => `${length} layer${length === 1 ? '' : 's'}`

/** The layers in a fold, the largest first, each with the line of the Dockerfile that made it. */
export function layers({ sizes }: SummaryFacts): string | null {
  const parts = sizes.slice(0, PLATFORMS_SHOWN).flatMap((one) => {
    if (one.layers.length === 0) return []
    const sorted = [...one.layers].sort((a, b) => b.bytes - a.bytes)
    const lines = sorted.slice(0, LAYERS_SHOWN).map((layer) => layerLine(layer, one.before))
    const more = sorted.length - LAYERS_SHOWN
    return [
      ...(sizes.length > 1
        ? [`**${one.platform === null ? 'Platform not known' : code(one.platform)}**`]
        : []),
      // Lines of a Dockerfile may quote a secret; see `fence`.
      fence(lines.join('\n')),
      ...(more > 0 ? [`… and ${more} smaller ones.`] : []),
    ]
  })
  return parts.length === 0 ? null : fold('Layers, largest first', parts.join('\n\n'))
}

/** `  1.23 MB  new        RUN make`. */
function layerLine(layer: Layer, before: PlatformSize['before']): string {
  const news = before === null ? '' : isNew(layer, before.layers) ? 'new        ' : 'as before  '
  return `${byteSize(layer.bytes).padStart(8)}  ${news}${layer.madeBy === null ? layer.digest : (shortCommands(layer.madeBy) ?? layer.digest)}`
}
