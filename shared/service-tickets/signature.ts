import * as z from 'zod';

/** The pad that a signature was written on, in its own units. */
const SIDE = 4_000;
const LONGEST_STROKE = 2_000;

/**
 * A signature as the pen moved, on a pad of `width` × `height`: each stroke is `[x, y, x, y, …]` in whole units. It is
 * sharp at every size, small enough to wait on a phone, and takes no picture that somebody could exchange.
 */
export const signature = z.strictObject({
  width: z.number().int().min(50).max(SIDE),
  height: z.number().int().min(50).max(SIDE),
  strokes: z
    .array(
      z
        .array(z.number().int().min(0).max(SIDE))
        .min(4)
        .max(LONGEST_STROKE)
        .refine((points) => points.length % 2 === 0, '签名数据不完整'),
    )
    .min(1, '请先签名')
    .max(200),
});
export type Signature = z.infer<typeof signature>;

/** As the `d` of one SVG path with round ends. */
export const signaturePath = ({ strokes }: Pick<Signature, 'strokes'>): string =>
  strokes
    .map((points) => {
      const pairs = [];
      for (let i = 0; i + 1 < points.length; i += 2) pairs.push(`${points[i]} ${points[i + 1]}`);
      return `M${pairs.join('L')}`;
    })
    .join('');
