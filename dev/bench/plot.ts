import { median, type Table, type Way } from './figures.ts'

// The tables of a bench as one SVG: a panel for each; bars of ways that are compared, a line for what grows. Bars and
// lines begin at zero.

const WIDTH = 860
const LEFT = 250
const RIGHT = 70
const ROW = 24
const TITLE = 34
const LINE = 170
const GAP = 18

const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .title { font-weight: 600 }
  .first { fill: #0969da } .other { fill: #8c959f }
  .range { stroke: #1f2328 } .axis { stroke: #d0d7de } .line { fill: none; stroke: #0969da; stroke-width: 2 }
  .ground { fill: #ffffff }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc } .first { fill: #4493f8 } .other { fill: #656c76 }
    .range { stroke: #f0f6fc } .axis { stroke: #3d444d } .line { stroke: #4493f8 } .ground { fill: #0d1117 }
  }`

/** @returns the SVG's text */
export function plot(tables: readonly Table[]): string {
  let top = GAP
  const panels = tables.map((table) => {
    const { body, height } = isGrowth(table) ? growthPanel(table) : barsPanel(table)
    const panel = `<g transform="translate(0 ${top})"><text class="title" x="16" y="16">${escaped(table.title)}</text>${body}</g>`
    top += height + GAP
    return panel
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${top}" viewBox="0 0 ${WIDTH} ${top}" role="img">
<title>What npm run bench measured, in seconds</title>
<style>${STYLE}
</style>
<rect class="ground" width="${WIDTH}" height="${top}"/>
${panels.join('\n')}
</svg>
`
}

const isGrowth = ({ ways }: Table) => ways.every(({ amount }) => amount !== undefined)

function barsPanel({ ways }: Table): { body: string; height: number } {
  const most = Math.max(...ways.flatMap(({ seconds }) => seconds))
  const x = (seconds: number) => LEFT + (seconds / most) * (WIDTH - LEFT - RIGHT)
  const bars = ways.map(({ name, seconds }, at) => {
    const y = TITLE + at * ROW
    const [low, middle, high] = [Math.min(...seconds), median(seconds), Math.max(...seconds)]
    return [
      `<text x="${LEFT - 10}" y="${y + 12}" text-anchor="end">${escaped(name)}</text>`,
      `<rect class="${at === 0 ? 'first' : 'other'}" x="${LEFT}" y="${y}" width="${round(x(middle) - LEFT)}" height="${ROW - 8}"/>`,
      `<path class="range" d="M${round(x(low))} ${y + 8}H${round(x(high))}"/>`,
      `<text x="${round(x(high) + 8)}" y="${y + 12}">${middle.toFixed(2)} s</text>`,
    ].join('')
  })
  return { body: bars.join('\n'), height: TITLE + ways.length * ROW }
}

function growthPanel({ ways }: Table): { body: string; height: number } {
  const amounts = ways.map(({ amount = 0 }) => amount)
  const bottom = TITLE + LINE
  const [farthest, highest] = [Math.max(...amounts), Math.max(...ways.map(({ seconds }) => median(seconds)))]
  const x = (amount: number) => LEFT + (amount / farthest) * (WIDTH - LEFT - RIGHT)
  const y = (seconds: number) => bottom - (seconds / highest) * (LINE - 20)
  const points = ways.map(({ amount = 0, seconds }) => [round(x(amount)), round(y(median(seconds)))] as const)
  // Where points lie so near that their texts would lie on each other, the later one is told.
  const isTold = (at: number) =>
    at === points.length - 1 || (points[at + 1]?.[0] ?? 0) - (points[at]?.[0] ?? 0) > 60
  const dots = points.map(([px, py], at) => {
    const { name, seconds } = ways[at] as Way
    const told = `<text x="${px}" y="${py - 8}" text-anchor="middle">${median(seconds).toFixed(2)} s</text><text x="${px}" y="${bottom + 18}" text-anchor="middle">${escaped(name)}</text>`
    return `<circle class="first" cx="${px}" cy="${py}" r="4"/>${isTold(at) ? told : ''}`
  })
  const body = [
    `<path class="axis" d="M${LEFT} ${TITLE}V${bottom}H${WIDTH - RIGHT}"/>`,
    `<polyline class="line" points="${points.map((point) => point.join(',')).join(' ')}"/>`,
    ...dots,
  ]
  return { body: body.join('\n'), height: bottom + 24 }
}

const round = (value: number) => Math.round(value * 10) / 10

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
