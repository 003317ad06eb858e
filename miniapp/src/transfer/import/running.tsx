import { Text, View } from '@tarojs/components';
import { imports } from '#shared/transfers/contract.ts';
import { Button, Card, confirm, Page } from '../../ui';
import { ProgressBar, Question, Refusal } from '../parts';
import { countOf, RUNNING } from '../words';
import { type ImportView, useImportAction } from './use-import-action';

/** Something is being done with the rows. */
export function Running({ data, banner, refresh }: ImportView) {
  const { id, state, progress, fileName, can } = data;
  const title = RUNNING[state] ?? '';
  const cancel = useImportAction(imports.cancel, refresh);
  const askCancel = async () => {
    const sure = await confirm({
      title: state === 'importing' ? '停在这里？' : '取消这次导入？',
      message:
        state === 'importing'
          ? `已经导入的 ${countOf(progress.created + progress.updated)} 行会保留，之后可以撤销。`
          : '还没有写入任何数据，取消后要重新上传。',
      confirm: state === 'importing' ? '停止导入' : '取消导入',
      danger: true,
    });
    if (sure) void cancel.run({ params: { id } });
  };
  return (
    <Page title={title} home="/pages/me/index" banner={banner}>
      <View className="transfer">
        <Question
          {...(state === 'checking'
            ? { step: '第 3 步，共 4 步' }
            : state === 'importing'
              ? { step: '第 4 步，共 4 步' }
              : {})}
          title={`${title}…`}
        >
          {state === 'checking' ? '只看不写，一行也不会导入。' : '可以离开这一页，完成后会通知你。'}
        </Question>
        <Card inset className="running">
          <View className="running__line">
            <Text className="running__name">{fileName}</Text>
            <Text className="running__part">{`${countOf(progress.done)} / ${countOf(progress.total)}`}</Text>
          </View>
          <ProgressBar done={progress.done} total={progress.total} label={title} />
        </Card>
        <Refusal error={cancel.failure} />
        {can.cancel && (
          <Button block pending={cancel.pending} onPress={() => void askCancel()}>
            {state === 'importing' ? '停止导入' : '取消'}
          </Button>
        )}
      </View>
    </Page>
  );
}
