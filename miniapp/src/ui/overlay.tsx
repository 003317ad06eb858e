import { createContext, type ReactNode, useContext, useLayoutEffect, useState } from 'react';
import { createStore, type Store, useStore } from './store';

interface Entry {
  readonly owner: object;
  readonly node: ReactNode;
}
type Layer = Store<readonly Entry[]>;

const LayerContext = createContext<Layer | null>(null);

/** Gives the sheets of a page a place outside of its scrolling part, where iOS clips what is `fixed`. */
export function OverlayProvider({ children }: { children: ReactNode }) {
  const [layer] = useState<Layer>(() => createStore<readonly Entry[]>([]));
  return (
    <LayerContext.Provider value={layer}>
      {children}
      <OverlayHost layer={layer} />
    </LayerContext.Provider>
  );
}

function OverlayHost({ layer }: { layer: Layer }): ReactNode {
  const entries = useStore(layer);
  return entries.map(({ node }) => node);
}

let counter = 0;

/** Draws its child over the page, wherever it is written. The last one opened is on top. */
export function Overlay({ children }: { children: ReactNode }): ReactNode {
  const layer = useContext(LayerContext);
  const [owner] = useState(() => ({ key: `overlay-${counter++}` }));
  useLayoutEffect(() => {
    if (!layer) return;
    const entries = layer.get();
    const entry = { owner, node: <OverlaySlot key={owner.key}>{children}</OverlaySlot> };
    const known = entries.some((other) => other.owner === owner);
    layer.set(known ? entries.map((other) => (other.owner === owner ? entry : other)) : [...entries, entry]);
  }, [layer, owner, children]);
  useLayoutEffect(
    () => () => {
      layer?.set(layer.get().filter((other) => other.owner !== owner));
    },
    [layer, owner],
  );
  return layer ? null : children;
}

const OverlaySlot = ({ children }: { children: ReactNode }): ReactNode => children;
