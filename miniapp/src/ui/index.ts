/** The kit: knows no domain, takes props only. */
export { ActionBar, BarButton } from './action-bar';
export { ActionSheet, type SheetAction } from './action-sheet';
export { Avatar } from './avatar';
export { Banner } from './banner';
export { Button } from './button';
export { Card, PressCard } from './card';
export { Chip, type ChipOption, ChipRow, Chips, ChipsMany } from './chips';
export { cx, type Tone } from './class-names';
export { confirm } from './confirm-dialog';
export { DateTimeSheet } from './date-time-sheet';
export {
  DateField,
  Field,
  FieldGroup,
  fieldId,
  PickField,
  SelectField,
  SwitchField,
  TextareaField,
  TextareaInput,
  TextField,
} from './field';
export { FloatingButton } from './floating-button';
export { FONT_SIZE_LABELS, type FontSize, useFontSize } from './font-scale';
export { Icon } from './icon';
export { IconButton } from './icon-button';
export type { IconName } from './icon-names';
export { type KeyValue, KeyValues } from './key-values';
export { InfiniteList } from './list';
export { OptionSheet } from './option-sheet';
export { Page } from './page';
export { Press } from './press';
export { Row } from './row';
export { SearchBar } from './search-bar';
export { SectionHeader } from './section-header';
export { Segmented } from './segmented';
export { Sheet } from './sheet';
export { DetailSkeleton, ListSkeleton } from './skeleton';
export { EmptyState, ErrorState } from './states';
export { StatusTag } from './status-tag';
export { TabBar } from './tab-bar';
export { Timeline, type TimelineItem } from './timeline';
export { toast } from './toast';
