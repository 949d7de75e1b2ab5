import { checkStyle } from './command/biome.ts'

await checkStyle('lint', 'Says what Biome would change in', [])
