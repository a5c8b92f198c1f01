//! The settings in the words of the page, and back.

use profile::{Settings, Theme, UpDown};

use super::views::{SettingsView, ThemeView, UpdownView};

impl From<&Settings> for SettingsView {
    fn from(settings: &Settings) -> Self {
        Self {
            keep_in_tray: settings.keep_in_tray,
            theme: match settings.theme {
                Theme::System => ThemeView::System,
                Theme::Dark => ThemeView::Dark,
                Theme::Light => ThemeView::Light,
            },
            updown: match settings.updown {
                UpDown::GreenUp => UpdownView::GreenUp,
                UpDown::RedUp => UpdownView::RedUp,
                UpDown::BlueOrange => UpdownView::BlueOrange,
            },
        }
    }
}

impl SettingsView {
    /// What the page does not know of stays as it is.
    pub(super) const fn apply(self, settings: &mut Settings) {
        settings.keep_in_tray = self.keep_in_tray;
        settings.theme = match self.theme {
            ThemeView::System => Theme::System,
            ThemeView::Dark => Theme::Dark,
            ThemeView::Light => Theme::Light,
        };
        settings.updown = match self.updown {
            UpdownView::GreenUp => UpDown::GreenUp,
            UpdownView::RedUp => UpDown::RedUp,
            UpdownView::BlueOrange => UpDown::BlueOrange,
        };
    }
}

/// What the window's frame should look like; the desktop decides without it.
pub(crate) const fn theme(settings: &Settings) -> Option<tauri::Theme> {
    match settings.theme {
        Theme::System => None,
        Theme::Dark => Some(tauri::Theme::Dark),
        Theme::Light => Some(tauri::Theme::Light),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_page_chose_is_what_it_is_shown() {
        for theme in [ThemeView::System, ThemeView::Dark, ThemeView::Light] {
            for updown in [UpdownView::GreenUp, UpdownView::RedUp, UpdownView::BlueOrange] {
                for keep_in_tray in [false, true] {
                    let chosen = SettingsView {
                        keep_in_tray,
                        theme,
                        updown,
                    };
                    let mut settings = Settings::default();
                    let feeds = settings.feeds.clone();
                    chosen.apply(&mut settings);
                    assert_eq!(SettingsView::from(&settings), chosen);
                    assert_eq!(settings.feeds, feeds);
                }
            }
        }
    }
}
