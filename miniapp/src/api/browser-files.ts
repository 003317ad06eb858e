interface FileQuestion {
  /** Endings such as `.xlsx`, or kinds such as `image/*`. */
  readonly accept: string;
  readonly several?: boolean;
  /** Opens the camera at once where there is one. */
  readonly camera?: boolean;
}

/**
 * Lets somebody choose files in a browser.
 * @returns none when they changed their mind
 */
export function pickFiles({ accept, several = false, camera = false }: FileQuestion): Promise<File[]> {
  return new Promise((resolve) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = accept;
    input.multiple = several;
    if (camera) input.setAttribute('capture', 'environment');
    input.hidden = true;
    const settle = () => {
      const files = Array.from(input.files ?? []);
      input.remove();
      resolve(files);
    };
    input.addEventListener('change', settle);
    input.addEventListener('cancel', settle);
    // Safari opens nothing for an input that is not on the page.
    document.body.append(input);
    input.click();
  });
}
