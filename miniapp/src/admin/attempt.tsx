import { Text, View } from '@tarojs/components';
import type { ComponentProps, ReactNode } from 'react';
import { Button, KeyValues, Row, Sheet } from '../ui';
import './attempt.scss';

interface AttemptRowProps {
  title: string;
  facts: string;
  /** Why it went as it did. */
  reason: string | null;
  tag: ReactNode;
  onPress: () => void;
}

/** Something sent or received, in a list. */
export function AttemptRow({ title, facts, reason, tag, onPress }: AttemptRowProps) {
  return (
    <Row
      title={title}
      detail={
        <>
          <Text className="attempt__facts">{facts}</Text>
          {reason && <Text className="attempt__reason">{reason}</Text>}
        </>
      }
      trailing={tag}
      onPress={onPress}
    />
  );
}

interface AttemptSheetProps {
  title: string;
  subtitle: string;
  /** Another try, for who may. */
  again: { label: string; pending: boolean; run: () => void } | false;
  /** Why there was no other try. */
  failure: string | null;
  facts: ComponentProps<typeof KeyValues>['items'];
  onClose: () => void;
  children: ReactNode;
}

/** How something sent or received went, and another try. */
export function AttemptSheet({
  title,
  subtitle,
  again,
  failure,
  facts,
  onClose,
  children,
}: AttemptSheetProps) {
  return (
    <Sheet
      open
      title={title}
      subtitle={subtitle}
      onClose={onClose}
      footer={
        again && (
          <Button block kind="primary" icon="refresh-cw" pending={again.pending} onPress={again.run}>
            {again.label}
          </Button>
        )
      }
    >
      <View>
        {failure && (
          <Text className="attempt__error" {...{ role: 'alert' }}>
            {failure}
          </Text>
        )}
        <KeyValues items={facts} />
        {children}
      </View>
    </Sheet>
  );
}
