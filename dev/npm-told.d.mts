import type { Obstacle } from './preflight.mjs'

export function describeProgress(output: string, unpacked: number, wanted: number): string
export function findRefusal(output: string): Obstacle | undefined
export function reasonOf(output: string): string
