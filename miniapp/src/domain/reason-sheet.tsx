import { Text, View } from '@tarojs/components';
import { type ReactNode, useEffect, useState } from 'react';
import { Button, Chip, Icon, Sheet, TextareaInput } from '../ui';
import './reason-sheet.scss';

interface ReasonSheetProps {
  open: boolean;
  title: string;
  subtitle?: string;
  /** Taps instead of typing. */
  suggestions: readonly string[];
  /** The verb on the button. */
  confirm: string;
  danger?: boolean;
  pending?: boolean;
  /** Why the last try was refused. */
  error?: string | null;
  required?: boolean;
  /** What the words are. */
  word?: string;
  /** Above the reason: a choice that belongs to it. */
  children?: ReactNode;
  onSubmit: (reason: string) => void;
  onClose: () => void;
}

/** Why: a suggestion, own words, or both. */
export function ReasonSheet(props: ReasonSheetProps) {
  const {
    open,
    title,
    subtitle,
    suggestions,
    confirm,
    danger,
    pending,
    error,
    required = true,
    word = '原因',
    children,
  } = props;
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState(false);
  useEffect(() => {
    if (!open) return;
    setReason('');
    setMissing(false);
  }, [open]);
  const change = (text: string) => {
    setReason(text);
    setMissing(false);
  };
  const message = missing ? `写一句${word}，之后看得明白` : error;
  return (
    <Sheet
      open={open}
      title={title}
      {...(subtitle ? { subtitle } : {})}
      onClose={props.onClose}
      footer={
        <Button
          block
          kind={danger ? 'danger' : 'primary'}
          pending={Boolean(pending)}
          onPress={() => {
            if (required && reason.trim() === '') setMissing(true);
            else props.onSubmit(reason.trim());
          }}
        >
          {confirm}
        </Button>
      }
    >
      <View className="reason">
        {children}
        <View className="reason__chips">
          {suggestions.map((suggestion) => (
            <Chip key={suggestion} on={reason === suggestion} onPress={() => change(suggestion)}>
              {suggestion}
            </Chip>
          ))}
        </View>
        <View className="reason__words">
          <TextareaInput
            label={word}
            value={reason}
            onChange={change}
            placeholder={required ? word : `${word}（选填）`}
            maxLength={200}
            rows={2}
          />
        </View>
        {message && (
          <View className="reason__error" {...{ role: 'alert' }}>
            <Icon name="circle-alert" size="s" />
            <Text>{message}</Text>
          </View>
        )}
      </View>
    </Sheet>
  );
}
