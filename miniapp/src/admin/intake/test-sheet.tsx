import { Text, View } from '@tarojs/components';
import { useEffect, useState } from 'react';
import { INTAKE_KIND_LABELS, type IntakeSource, type IntakeTest, intake } from '#shared/intake/contract.ts';
import { useAction } from '../../api/query';
import { Banner, Button, KeyValues, ListSkeleton, Sheet, TextareaInput } from '../../ui';
import '../notice.scss';
import './index.scss';

interface TestSheetProps {
  source: IntakeSource;
  onClose: () => void;
}

/** What would become of a message of this platform: a sample, or one that was copied from there. */
export function TestSheet({ source, onClose }: TestSheetProps) {
  const [result, setResult] = useState<IntakeTest | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [payload, setPayload] = useState('');
  const [own, setOwn] = useState(false);
  const { run, pending } = useAction(intake.test, {
    onDone: (data) => {
      setFailure(null);
      setResult(data);
    },
    onError: ({ status, message }) => {
      if (status !== 401) setFailure(message);
    },
  });
  const { id } = source;
  useEffect(() => void run({ params: { id }, body: {} }), [run, id]);
  const test = () => void run({ params: { id }, body: own && payload.trim() !== '' ? { payload } : {} });
  return (
    <Sheet
      open
      title={`测试“${source.name}”`}
      subtitle={`${INTAKE_KIND_LABELS[source.kind]} · 走一遍接收流程，不会登记线索`}
      onClose={onClose}
      footer={
        <Button kind="primary" block pending={pending} onPress={test}>
          {own ? '用这段内容测试' : '再测一次'}
        </Button>
      }
    >
      <View className="intake-test">
        {failure ? (
          <View className="notice">
            <Banner tone="danger">{failure}</Banner>
          </View>
        ) : result ? (
          <>
            <View className="notice">
              <Banner
                tone={result.ok ? 'success' : 'danger'}
                icon={result.ok ? 'circle-check' : 'circle-alert'}
              >
                {result.outcome}
              </Banner>
            </View>
            {result.fields.length > 0 && (
              <KeyValues items={result.fields.map(({ label, value }) => ({ label, value }))} />
            )}
            {!own && (
              <>
                <Text className="intake-test__label">用来测试的内容</Text>
                <Text className="intake-test__raw" userSelect selectable>
                  {result.raw}
                </Text>
              </>
            )}
          </>
        ) : (
          <ListSkeleton rows={3} />
        )}
        {own ? (
          <TextareaInput
            label="自己的内容"
            value={payload}
            onChange={setPayload}
            placeholder="把平台发来的内容粘贴到这里"
            maxLength={50_000}
            rows={5}
          />
        ) : (
          <Button kind="plain" block icon="clipboard-paste" onPress={() => setOwn(true)}>
            用自己的内容测试
          </Button>
        )}
      </View>
    </Sheet>
  );
}
