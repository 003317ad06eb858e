import type { Compilable, CompiledQuery } from 'kysely';
import { type Database, nameStatement, type Queryable, queryBuilder } from './database.ts';

/** Stands for a value while a query is built; where the value is found when it runs. */
class Parameter {
  readonly path: readonly string[];

  constructor(path: readonly string[]) {
    this.path = path;
  }
}

const isGroup = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function standInsFor<V extends object>(values: V, path: readonly string[] = []): V {
  const present = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    present.map(([name, value]) => {
      const place = [...path, name];
      return [name, isGroup(value) ? standInsFor(value, place) : new Parameter(place)];
    }),
  ) as V;
}

const valueAt = (values: object, path: readonly string[]): unknown =>
  path.reduce<unknown>((group, name) => (group as Record<string, unknown>)[name], values);

/** Which values there are, whatever they are. */
const shapeOf = (values: object): unknown =>
  Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => (isGroup(value) ? [name, shapeOf(value)] : name));

/** A query that is built and compiled once for each shape, and run with ever new values. */
export interface Prepared<F, V extends object, O> {
  execute(db: Queryable, flags: F, values: V): Promise<O[]>;
}

export interface PrepareOptions {
  /**
   * Each connection also plans it only once. Only for queries whose good plan does not depend on the values: a keyword
   * search with a generic plan is three orders of magnitude slower.
   */
  readonly planOnce?: boolean;
}

/**
 * Building a query costs several times what Postgres needs to answer a point read, so it is done once. `flags` decide
 * the text of the query and may be looked at; `values` become its parameters, and `build` gets stand-ins for them: it
 * may see which of them there are, never what they are.
 */
export function prepare<F, V extends object, O>(
  build: (db: Database, flags: F, values: V) => Compilable<O>,
  { planOnce = false }: PrepareOptions = {},
): Prepared<F, V, O> {
  const templates = new Map<string, CompiledQuery<O>>();

  function templateFor(flags: F, values: V): CompiledQuery<O> {
    const key = JSON.stringify([flags, shapeOf(values)]);
    let template = templates.get(key);
    if (!template) {
      template = build(queryBuilder, flags, standInsFor(values)).compile();
      templates.set(key, template);
      if (planOnce) nameStatement(template.sql);
    }
    return template;
  }

  return {
    async execute(db, flags, values) {
      const query = templateFor(flags, values);
      const parameters = query.parameters.map((each) =>
        each instanceof Parameter ? valueAt(values, each.path) : each,
      );
      const { rows } = await db.executeQuery<O>({ ...query, parameters });
      return rows;
    },
  };
}
