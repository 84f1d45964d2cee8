import { deltaStorms } from './delta-storms.ts'

deltaStorms(20)
