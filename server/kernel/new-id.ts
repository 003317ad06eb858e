// `newId`: later ones sort after earlier ones. `NO_ID`: what nothing and nobody has; every other one sorts after it.
export { NIL as NO_ID, v7 as newId } from 'uuid';
