import type { Content, TableCell, TDocumentDefinitions } from 'pdfmake/interfaces.js';
import { signaturePath } from '#shared/service-tickets/signature.ts';
import { formatYuan, fromFen, toFen } from '#shared/values/money.ts';
import { type Instant, wallClock } from '#shared/values/time.ts';
import { qrOf } from '../../kernel/qr.ts';
import type { ReportFacts, ReportPhoto, ReportStep } from './ticket-report.facts.ts';

export interface ReportPrint {
  readonly facts: ReportFacts;
  readonly code: string;
  /** Where anybody can check the code. */
  readonly checkUrl: string;
  /** JPEG by the id of the photo; null where the storage has lost it. */
  readonly pictures: ReadonlyMap<string, Buffer | null>;
}

const INK = '#1d2129';
const QUIET = '#86909c';
const LINE = '#e5e6eb';
const WARNING = '#b54708';

const minute = (at: Instant): string => {
  const { date, time } = wallClock(at);
  return `${date} ${time}`;
};
const metres = (distance: number): string =>
  distance < 1000 ? `${distance} 米` : `${(distance / 1000).toFixed(1)} 公里`;

const lines = {
  hLineWidth: () => 0.5,
  vLineWidth: () => 0,
  hLineColor: () => LINE,
  paddingLeft: () => 0,
  paddingRight: () => 8,
  paddingTop: () => 4,
  paddingBottom: () => 4,
};

/** In a block that is never broken. */
const ANYWHERE = 100;

/** @param lowest how far down a page it may stand, in hundredths */
const heading = (text: string, lowest = 88): Content => ({
  text,
  fontSize: 12,
  bold: true,
  margin: [0, 14, 0, 6],
  headlineLevel: lowest,
});
const quiet = (text: string): TableCell => ({ text, color: QUIET });

/** The service report as it is printed: A4, in Chinese. */
export function reportDocument(print: ReportPrint): TDocumentDefinitions {
  const { facts, code } = print;
  return {
    pageSize: 'A4',
    pageMargins: [40, 40, 40, 48],
    info: { title: `服务报告 ${facts.no}`, creator: '跟进 Genjin' },
    defaultStyle: { fontSize: 9.5, lineHeight: 1.25, color: INK },
    content: [
      titleOf(print),
      overview(facts),
      ...words('问题描述', facts.problem),
      ...course(facts.steps),
      ...words('原因分析', facts.analysis),
      ...words('处理结果', facts.solution),
      ...costs(facts),
      ...photos(print),
      acceptance(facts),
      proof(code),
    ],
    footer: (page, pages) => ({
      margin: [40, 14, 40, 0],
      columns: [
        { text: `跟进 Genjin · 服务报告 ${facts.no}`, fontSize: 8, color: QUIET },
        { text: `第 ${page} 页，共 ${pages} 页`, fontSize: 8, color: QUIET, alignment: 'right' },
      ],
    }),
    // A heading never stands at the foot of a page without what it is about.
    pageBreakBefore: ({ headlineLevel, startPosition }) =>
      headlineLevel !== undefined && startPosition.verticalRatio * 100 > headlineLevel,
  };
}

const titleOf = ({ facts, checkUrl }: ReportPrint): Content => ({
  columns: [
    {
      width: '*',
      stack: [
        { text: '服务报告', fontSize: 20, bold: true },
        { text: facts.title, fontSize: 11, margin: [0, 2, 0, 0] },
        { text: `编号 ${facts.no}`, color: QUIET, margin: [0, 2, 0, 0] },
      ],
    },
    {
      width: 84,
      stack: [
        qrOf(checkUrl, 84),
        { text: '扫码核对真伪', fontSize: 7, color: QUIET, alignment: 'center', margin: [0, 4, 0, 0] },
      ],
    },
  ],
  columnGap: 16,
  margin: [0, 0, 0, 8],
});

function overview(facts: ReportFacts): Content {
  const { equipment } = facts;
  const engineers = new Set(
    facts.steps.flatMap(({ type, who }) =>
      who && ['accept', 'depart', 'arrive', 'resolve'].includes(type) ? [who] : [],
    ),
  );
  type Fact = readonly [label: string, value: string | null];
  const rows: (readonly [Fact] | readonly [Fact, Fact])[] = [
    [['客户', facts.customer]],
    [['现场', facts.site]],
    [
      ['联系人', [facts.contact, facts.contactPhone].filter(Boolean).join(' ') || null],
      ['报修时间', minute(facts.reportedAt)],
    ],
    [['设备', equipment && [equipment.name, equipment.model, equipment.location].filter(Boolean).join('，')]],
    [
      ['设备编号', equipment?.no ?? null],
      ['序列号', equipment?.serialNo ?? null],
    ],
    [['产品', equipment ? null : facts.product]],
    [
      ['服务类型', `${facts.type}，${facts.isRemote ? '远程处理' : '上门处理'}`],
      ['保修', warranty(facts)],
    ],
    [['工程师', [...engineers].join('、') || null]],
  ];
  const cells = ([label, value]: Fact): TableCell[] => [quiet(label), value ?? '—'];
  return {
    layout: lines,
    table: {
      widths: [52, '*', 52, '*'],
      body: rows
        .filter((row) => row.some(([, value]) => value !== null))
        .map(([first, second]) => {
          if (second) return [...cells(first), ...cells(second)];
          const [label, value] = cells(first) as [TableCell, string];
          return [label, { text: value, colSpan: 3 }, '', ''];
        }),
    },
  };
}

function warranty({ isUnderWarranty, warrantyEndDate }: ReportFacts): string | null {
  if (isUnderWarranty === null) return null;
  const state = isUnderWarranty ? '保修期内' : '已过保修期';
  return warrantyEndDate ? `${state}（至 ${warrantyEndDate}）` : state;
}

const words = (title: string, text: string | null): Content[] => (text ? [heading(title), { text }] : []);

/** When each step took place by the phone, with the server's time where the two are not the same minute. */
const course = (steps: readonly ReportStep[]): Content[] => [
  heading('服务过程'),
  {
    layout: lines,
    table: {
      headerRows: 1,
      dontBreakRows: true,
      widths: [64, 64, 110, '*'],
      body: [
        [quiet('步骤'), quiet('人员'), quiet('时间'), quiet('说明')],
        ...steps.map((step): TableCell[] => [
          step.label,
          step.who ?? '—',
          {
            stack: [
              minute(step.happenedAt),
              ...(minute(step.receivedAt) === minute(step.happenedAt)
                ? []
                : [{ text: `系统收到 ${minute(step.receivedAt)}`, fontSize: 7, color: QUIET }]),
            ],
          },
          {
            stack: [
              ...(step.distance === null
                ? []
                : [
                    {
                      text: `距现场 ${metres(step.distance)}${step.far ? '，离现场较远' : ''}`,
                      color: step.far ? WARNING : INK,
                    },
                  ]),
              ...(step.words ? [step.words] : []),
            ],
          },
        ]),
      ],
    },
  },
];

function costs(facts: ReportFacts): Content[] {
  const right = (text: string): TableCell => ({ text, alignment: 'right' });
  const total = fromFen(toFen(facts.partsCost) + toFen(facts.serviceFee));
  const parts: Content[] =
    facts.parts.length === 0
      ? []
      : [
          {
            layout: lines,
            table: {
              headerRows: 1,
              dontBreakRows: true,
              widths: ['*', 110, 36, 76, 84],
              body: [
                ['配件', '编码', '数量', '单价', '小计'].map((text, i) => ({
                  text,
                  color: QUIET,
                  alignment: i < 2 ? 'left' : 'right',
                })),
                ...facts.parts.map((part): TableCell[] => [
                  part.name,
                  part.code ?? '—',
                  right(String(part.quantity)),
                  right(formatYuan(part.unitCost)),
                  right(formatYuan(fromFen(part.quantity * toFen(part.unitCost)))),
                ]),
              ],
            },
          },
        ];
  return [
    heading('配件与费用'),
    ...parts,
    {
      unbreakable: true,
      margin: [0, 6, 8, 0],
      alignment: 'right',
      stack: [
        `配件 ${formatYuan(facts.partsCost)}　服务费 ${formatYuan(facts.serviceFee)}`,
        { text: `合计 ${formatYuan(total)}　${payer(facts, total)}`, bold: true, fontSize: 11 },
      ],
    },
  ];
}

function payer({ isFree, isUnderWarranty }: ReportFacts, total: number): string {
  if (!isFree && total > 0) return '由客户支付';
  return isUnderWarranty ? '保修期内，免费' : '免费';
}

/** Two in a row, and a row never stands on two pages. */
function photos({ facts, pictures }: ReportPrint): Content[] {
  if (facts.photos.length === 0) return [];
  const cell = (photo: ReportPhoto | undefined): TableCell => {
    if (!photo) return '';
    const picture = pictures.get(photo.id);
    return {
      stack: [
        picture
          ? {
              image: `data:image/jpeg;base64,${picture.toString('base64')}`,
              fit: [248, 186],
              alignment: 'center',
            }
          : lostPicture,
        {
          text: `${photo.kind}　${minute(photo.takenAt)}`,
          fontSize: 8,
          color: QUIET,
          alignment: 'center',
          margin: [0, 3, 0, 0],
        },
      ],
    };
  };
  const rows: TableCell[][] = [];
  for (let i = 0; i < facts.photos.length; i += 2)
    rows.push([cell(facts.photos[i]), cell(facts.photos[i + 1])]);
  return [
    heading('现场照片', 68),
    {
      table: { widths: ['*', '*'], dontBreakRows: true, body: rows },
      layout: {
        defaultBorder: false,
        paddingLeft: () => 2,
        paddingRight: () => 2,
        paddingTop: () => 3,
        paddingBottom: () => 5,
      },
    },
  ];
}

const lostPicture: Content = {
  table: {
    widths: ['*'],
    heights: 120,
    body: [[{ text: '照片无法读取', color: QUIET, alignment: 'center', margin: [0, 50, 0, 0] }]],
  },
  layout: { hLineColor: () => LINE, vLineColor: () => LINE },
};

/** The signature as it was written, or how else the customer has agreed. */
function acceptance(facts: ReportFacts): Content {
  const { signature, signerName, signedAt, steps } = facts;
  const confirmed = steps.findLast(({ type }) => type === 'confirm');
  const said: Content[] = signature
    ? [
        {
          svg: `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${signature.width} ${signature.height}"><path d="${signaturePath(signature)}" fill="none" stroke="#000" stroke-width="${(signature.height / 70).toFixed(2)}" stroke-linecap="round" stroke-linejoin="round"/></svg>`,
          fit: [220, 100],
        },
        { text: `${signerName}　${signedAt ? minute(signedAt) : ''}` },
      ]
    : [
        confirmed
          ? `${confirmed.label}：${confirmed.words ?? ''}（${confirmed.who ?? ''} ${minute(confirmed.happenedAt)}）`
          : '尚未验收',
      ];
  return { unbreakable: true, stack: [heading('客户验收', ANYWHERE), ...said] };
}

const proof = (code: string): Content => ({
  unbreakable: true,
  margin: [0, 14, 0, 0],
  fontSize: 8,
  color: QUIET,
  stack: [
    `校验码 ${code.match(/.{8}/g)?.join(' ')}`,
    '校验码由报告的全部内容（含照片与签字）算出，内容有任何改动都对不上。扫描首页二维码，或在“报告核对”页输入编号与校验码，即可核对。',
  ],
});
