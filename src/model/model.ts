import type { Model } from '../edm/entity-type.ts'
import { customerType } from './customer.ts'

/** Everything that the service keeps. */
export const model: Model = {
  entitySets: [{ name: 'Customers', type: customerType, permissions: { read: 'Customer.Read.All', write: 'Customer.ReadWrite.All' } }],
}
