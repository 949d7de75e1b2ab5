// jest reads a .ts file as CommonJS.
export { default } from './framework.ts'
