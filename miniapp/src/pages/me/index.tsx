import { useQuery } from '@tanstack/react-query';
import { Button, Text, View } from '@tarojs/components';

export default function MePage() {
  const ready = useQuery({ queryKey: ['ready', 'pages/me'], queryFn: async () => '已就绪' });
  return (
    <View>
      <Text>我的</Text>
      <Text>{ready.data ?? '正在加载'}</Text>

      <Button onClick={() => void ready.refetch()}>刷新</Button>
    </View>
  );
}
