import { Canvas, Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { useEffect, useRef, useState } from 'react';
import { type Signature, signaturePath } from '#shared/service-tickets/signature.ts';
import { Button } from '../ui';
import './signature-pad.scss';
import {
  type Box,
  blankSignature,
  penDown,
  penMove,
  pointOn,
  scaleOf,
  withoutLast,
} from './signature-strokes';

const isH5 = process.env.TARO_ENV === 'h5';
const INK = '#111111';
/** In units of the paper. */
const PEN = 7;

/** What both platforms' canvases have in common. */
interface Sheet {
  readonly box: Box;
  readonly context: CanvasRenderingContext2D;
}
type WechatCanvas = HTMLCanvasElement & { width: number; height: number };

function prepare(canvas: WechatCanvas, box: Box, ratio: number): Sheet | null {
  canvas.width = Math.round(box.width * ratio);
  canvas.height = Math.round(box.height * ratio);
  const context = canvas.getContext('2d');
  if (!context) return null;
  context.scale(ratio, ratio);
  return { box, context };
}

function draw({ box, context }: Sheet, paper: Signature | null): void {
  context.clearRect(0, 0, box.width, box.height);
  if (!paper) return;
  const scale = scaleOf(paper, box);
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.strokeStyle = INK;
  context.lineWidth = Math.max(2, PEN * scale);
  for (const stroke of paper.strokes) {
    context.beginPath();
    context.moveTo((stroke[0] ?? 0) * scale, (stroke[1] ?? 0) * scale);
    for (let i = 2; i + 1 < stroke.length; i += 2)
      context.lineTo((stroke[i] ?? 0) * scale, (stroke[i + 1] ?? 0) * scale);
    context.stroke();
  }
}

interface SignaturePadProps {
  value: Signature | null;
  /** After each stroke; null when the paper is empty again. */
  onChange: (value: Signature | null) => void;
  hint?: string;
}

let pads = 0;

/** Paper to sign on with a finger or a mouse. Nothing scrolls while somebody writes. */
export function SignaturePad({ value, onChange, hint = '请客户在这里签名' }: SignaturePadProps) {
  const [id] = useState(() => `signature-${++pads}`);
  const holder = useRef<HTMLElement | null>(null);
  const sheet = useRef<Sheet | null>(null);
  /** What is on the paper right now, the stroke under the finger included. */
  const paper = useRef<Signature | null>(value);
  const writing = useRef(false);
  const [inked, setInked] = useState(value !== null);
  const told = useRef(onChange);
  told.current = onChange;

  const show = (next: Signature | null) => {
    paper.current = next;
    setInked(next !== null);
    if (sheet.current) draw(sheet.current, next);
  };
  const shown = useRef(show);
  shown.current = show;
  useEffect(() => {
    if (!writing.current) shown.current(value);
  }, [value]);

  const pen = useRef({
    down(x: number, y: number) {
      if (!sheet.current) return;
      writing.current = true;
      const blank = paper.current ?? blankSignature(sheet.current.box);
      shown.current(penDown(blank, pointOn(blank, sheet.current.box, x, y)));
    },
    move(x: number, y: number) {
      if (!writing.current || !sheet.current || !paper.current) return;
      shown.current(penMove(paper.current, pointOn(paper.current, sheet.current.box, x, y)));
    },
    up() {
      if (!writing.current) return;
      writing.current = false;
      told.current(paper.current);
    },
  }).current;

  useEffect(() => {
    if (!isH5) return undefined;
    const place = holder.current;
    if (!place) return undefined;
    // Taro's own canvas of H5 has no 2D context of its size.
    const canvas = document.createElement('canvas');
    canvas.className = 'signature-pad__canvas';
    place.append(canvas);
    const measure = () => {
      const { width, height } = canvas.getBoundingClientRect();
      if (width === 0) return;
      sheet.current = prepare(canvas, { width, height }, window.devicePixelRatio || 1);
      if (sheet.current) draw(sheet.current, paper.current);
    };
    const at = (event: PointerEvent): [number, number] => {
      const { left, top } = canvas.getBoundingClientRect();
      return [event.clientX - left, event.clientY - top];
    };
    const onDown = (event: PointerEvent) => {
      if (!event.isPrimary) return;
      event.preventDefault();
      canvas.setPointerCapture(event.pointerId);
      pen.down(...at(event));
    };
    const onMove = (event: PointerEvent) => event.isPrimary && pen.move(...at(event));
    const onUp = (event: PointerEvent) => event.isPrimary && pen.up();
    const still = (event: Event) => event.preventDefault();
    canvas.addEventListener('pointerdown', onDown);
    canvas.addEventListener('pointermove', onMove);
    canvas.addEventListener('pointerup', onUp);
    canvas.addEventListener('pointercancel', onUp);
    // Older Safari scrolls in spite of `touch-action`.
    canvas.addEventListener('touchmove', still, { passive: false });
    const sizes = new ResizeObserver(measure);
    sizes.observe(place);
    measure();
    return () => {
      sizes.disconnect();
      canvas.remove();
      sheet.current = null;
    };
  }, [pen]);

  useEffect(() => {
    if (isH5) return undefined;
    const measure = () => {
      Taro.createSelectorQuery()
        .select(`#${id}`)
        .fields({ node: true, size: true })
        .exec((found: { node?: WechatCanvas; width: number; height: number }[]) => {
          const { node, width = 0, height = 0 } = found?.[0] ?? {};
          if (!node || width === 0) return;
          sheet.current = prepare(node, { width, height }, Taro.getWindowInfo().pixelRatio || 1);
          if (sheet.current) draw(sheet.current, paper.current);
        });
    };
    // The node is there once the page has been drawn.
    const timer = setTimeout(measure, 100);
    const turned = () => setTimeout(measure, 100);
    Taro.onWindowResize?.(turned);
    return () => {
      clearTimeout(timer);
      Taro.offWindowResize?.(turned);
      sheet.current = null;
    };
  }, [id]);

  type Touch = { touches: readonly { x?: number; y?: number }[] };
  const touched = (move: (x: number, y: number) => void) => (event: unknown) => {
    const { x, y } = (event as Touch).touches[0] ?? {};
    if (x !== undefined && y !== undefined) move(x, y);
  };
  const change = (next: Signature | null) => {
    show(next);
    onChange(next);
  };
  return (
    <View className="signature-pad">
      <View
        ref={holder as never}
        className="signature-pad__paper"
        {...{ role: 'img', 'aria-label': inked ? '签名，已写' : hint }}
      >
        {!inked && <Text className="signature-pad__hint">{hint}</Text>}
        <View className="signature-pad__line" />
        {!isH5 && (
          <Canvas
            type="2d"
            id={id}
            canvasId={id}
            className="signature-pad__canvas"
            disableScroll
            onTouchStart={touched(pen.down)}
            onTouchMove={touched(pen.move)}
            onTouchEnd={pen.up}
            onTouchCancel={pen.up}
          />
        )}
      </View>
      <View className="signature-pad__tools">
        <Button
          kind="plain"
          size="s"
          icon="undo-2"
          disabled={!inked}
          onPress={() => paper.current && change(withoutLast(paper.current))}
        >
          撤一笔
        </Button>
        <Button kind="plain" size="s" icon="rotate-ccw" disabled={!inked} onPress={() => change(null)}>
          重写
        </Button>
      </View>
    </View>
  );
}

/** A signature that was given, black on white. */
export function SignatureImage({ signature, name }: { signature: Signature; name: string }) {
  const { width, height } = signature;
  // As a background: a mini-program has no SVG element.
  const svg = `<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 ${width} ${height}' fill='none' stroke='${INK}' stroke-width='${PEN}' stroke-linecap='round' stroke-linejoin='round'><path d='${signaturePath(signature)}'/></svg>`;
  return (
    <View
      className="signature-image"
      style={{ backgroundImage: `url("data:image/svg+xml,${encodeURIComponent(svg)}")` }}
      {...{ role: 'img', 'aria-label': `${name}的签名` }}
    />
  );
}
