/** Two sentences: what the machine lacks, and what to do. */
export interface Obstacle {
  readonly what: string
  readonly remedy: string
}
export function needsEngine(command: string, args: readonly string[]): boolean
export function findObstacle(needs: { engine: boolean; packages: boolean }): Obstacle | undefined
export function tied(argv: readonly string[]): [string, ...string[]]
export function findDocker(): { docker: string } | { why: string }
