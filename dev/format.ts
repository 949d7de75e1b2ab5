import { checkStyle } from './command/biome.ts'

await checkStyle('format', 'Corrects with Biome', ['--write'])
