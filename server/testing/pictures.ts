import sharp from 'sharp';

/** A photo as a phone makes it: noisy, so that it does not shrink to nothing. */
export const picture = ({ width = 64, height = 48 }: { width?: number; height?: number } = {}) =>
  sharp({
    create: {
      width,
      height,
      channels: 3,
      background: '#888',
      noise: { type: 'gaussian', mean: 128, sigma: 30 },
    },
  })
    .jpeg()
    .toBuffer();
