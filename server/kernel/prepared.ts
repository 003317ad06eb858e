import type { Compilable, CompiledQuery } from 'kysely';
import { type Database, nameStatement, type Queryable, queryBuilder } from './database.ts';

class Parameter {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** A query with open parameters: compiled once, and planned once per connection. */
export interface Prepared<P extends object, O> {
  execute(db: Queryable, parameters: P): Promise<O[]>;
}

const standIns = new Proxy({}, { get: (_, name) => new Parameter(String(name)) });

/**
 * Builds a point read once instead of at every request. `build` gets a stand-in for every parameter and must not look
 * into it. Only for queries whose good plan does not depend on the values: a keyword search with a generic plan is three
 * orders of magnitude slower.
 */
export function prepare<P extends object, O>(
  build: (db: Database, parameters: P) => Compilable<O>,
): Prepared<P, O> {
  let compiled: CompiledQuery<O> | undefined;
  return {
    async execute(db, parameters) {
      if (!compiled) {
        compiled = build(queryBuilder, standIns as P).compile();
        nameStatement(compiled.sql);
      }
      const values = compiled.parameters.map((value) =>
        value instanceof Parameter ? parameters[value.name as keyof P] : value,
      );
      const { rows } = await db.executeQuery<O>({ ...compiled, parameters: values });
      return rows;
    },
  };
}

/** Prepared queries of one kind that differ by a shape, e.g. by how far the caller's permissions reach. */
export function prepareByShape<S, P extends object, O>(
  build: (db: Database, parameters: P, shape: S) => Compilable<O>,
): (shape: S) => Prepared<P, O> {
  const byShape = new Map<string, Prepared<P, O>>();
  return (shape) => {
    const key = JSON.stringify(shape);
    let found = byShape.get(key);
    if (!found) {
      found = prepare<P, O>((db, parameters) => build(db, parameters, shape));
      byShape.set(key, found);
    }
    return found;
  };
}
