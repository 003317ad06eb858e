import { View } from '@tarojs/components';
import { useRouter } from '@tarojs/taro';
import { useEffect, useRef, useState } from 'react';
import { formatAbsolute } from '#shared/values/time.ts';
import { visits } from '#shared/visits/contract.ts';
import { useAction } from '../../api/query';
import { useNow } from '../../domain/use-now';
import { Banner, Button, EmptyState, FieldGroup, Page, TextareaField, TextField } from '../../ui';
import './index.scss';

type Result = 'genuine' | 'changed' | 'unknown';

const WORDS = {
  genuine: { icon: 'shield-check', title: '报告真实', hint: '内容与系统里的一致，没有改动' },
  changed: {
    icon: 'triangle-alert',
    title: '工单有改动',
    hint: '这份报告出自系统，但工单之后有改动，请索取最新的报告',
  },
  unknown: {
    icon: 'circle-alert',
    title: '查不到这份报告',
    hint: '请核对编号与校验码；如果无误，报告可能不是我们出具的',
  },
} as const satisfies Record<Result, object>;

/** `?no=&code=`: whether a service report on paper is genuine, without a login. */
export default function ReportCheckPage() {
  const { params } = useRouter();
  const now = useNow();
  const [no, setNo] = useState(params.no ?? '');
  const [code, setCode] = useState(params.code ?? '');
  const [answer, setAnswer] = useState<{ result: Result; signedAt: string | null } | null>(null);
  const check = useAction(visits.checkReport, { onDone: setAnswer });
  const complete = no.trim() !== '' && code.trim() !== '';
  const ask = () => {
    if (complete) void check.run({ body: { no: no.trim(), code: code.trim() } });
  };
  const asked = useRef(false);
  useEffect(() => {
    // Whoever scanned the code has nothing to type.
    if (asked.current) return;
    asked.current = true;
    ask();
  });
  const signed = answer?.signedAt ? `，客户签字于 ${formatAbsolute(answer.signedAt, now)}` : '';
  return (
    <Page
      title="报告核对"
      home={null}
      banner={check.error && <Banner tone="danger">{check.error.message}</Banner>}
    >
      {answer && (
        <EmptyState
          icon={WORDS[answer.result].icon}
          title={WORDS[answer.result].title}
          hint={`${WORDS[answer.result].hint}${signed}`}
        />
      )}
      <View className="report-check">
        <FieldGroup>
          <TextField
            name="no"
            label="报告编号"
            required
            value={no}
            maxLength={30}
            onChange={(next) => {
              setNo(next);
              setAnswer(null);
            }}
          />
          <TextareaField
            name="code"
            label="校验码"
            required
            value={code}
            rows={2}
            maxLength={100}
            onChange={(next) => {
              setCode(next);
              setAnswer(null);
            }}
          />
        </FieldGroup>
        <Button kind="primary" block pending={check.pending} disabled={!complete} onPress={ask}>
          核对
        </Button>
      </View>
    </Page>
  );
}
